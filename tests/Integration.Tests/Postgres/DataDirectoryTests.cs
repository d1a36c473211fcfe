using Padron.Adapters.Postgres;

namespace Padron.Integration.Tests.Postgres;

public sealed class DataDirectoryTests
{
    [Theory]
    [InlineData(null, false, "/home/ana/padron/.padron")]
    [InlineData("", false, "/home/ana/padron/.padron")]
    [InlineData(null, true, "/var/lib/padron")]
    [InlineData("/srv/padron", true, "/srv/padron")]
    [InlineData("data", false, "/home/ana/padron/data")]
    public void It_is_what_was_asked_for_or_else_where_the_server_can_reach_it(string? configured, bool asRoot, string expected) =>
        DataDirectory.Resolve(configured, asRoot, "/home/ana/padron").ShouldBe(expected);
}
