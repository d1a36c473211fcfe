using Padron.Application.Numbering;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Cli;

/// <summary><c>padron numbering show</c>: what a number's digits and the plan tell.</summary>
public sealed class NumberingShowTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    PadronInstallation? installation;

    PadronInstallation Padron => installation!;

    [Fact]
    public async Task A_Mexican_number_has_its_place_from_the_LADA_and_its_carrier_from_the_plan()
    {
        await database.Get<NumberingPlanStore>().ReplaceAsync(
            NumberingPlan.From([new(2221230000, 2221239999, LineType.Mobile, "MÓVILES DE EJEMPLO")]), new("pnn-test", "plan.csv", 1, DateTimeOffset.UnixEpoch));

        var shown = (await Padron.RunAsync("numbering", "show", "044 222 123 4567", "--json")).ShouldBeDone().Json;

        string? Text(string name) => shown.GetProperty(name).GetString();
        (Text("phone"), Text("region"), Text("lada"), Text("city"), Text("state"), Text("line"), Text("carrier"), Text("plan"))
            .ShouldBe(("+522221234567", "MX", "222", "Puebla", "PUE", "mobile", "MÓVILES DE EJEMPLO", "pnn-test"));
        (Text("type"), Text("national"), Text("international"), shown.GetProperty("valid").GetBoolean())
            .ShouldBe(("fixed_line_or_mobile", "222 123 4567", "+52 222 123 4567", true));
        (await Padron.RunAsync("numbering", "show", "2221234567")).ShouldBeDone().StdOut.ShouldBe(
            """
            +522221234567: landline or mobile of MX, code 222.
            Written 222 123 4567 within the country, +52 222 123 4567 from abroad.
            LADA 222: Puebla, Puebla.
            Mobile, assigned to MÓVILES DE EJEMPLO (block 2221230000–2221239999, plan pnn-test).

            """);
    }

    [Theory]
    [InlineData("+57 300 123 4567", "+573001234567: mobile of CO, code 300.", "Written 300 1234567 within the country, +57 300 1234567 from abroad.")]
    [InlineData("800 123 4567", "+528001234567: toll-free number of MX, code 800.", "Written 800 123 4567 within the country, +52 800 123 4567 from abroad.")]
    [InlineData("+800 1234 5678", "+80012345678: toll-free number, code 1234.", "Written 1234 5678 within the country, +800 1234 5678 from abroad.")]
    [InlineData("+57 12", "+5712: no number that CO gives out.", "Written 12 within the country, +57 12 from abroad.")]
    public async Task Of_any_other_number_the_digits_tell_what_there_is_to_tell(string number, string first, string second) =>
        (await Padron.RunAsync("numbering", "show", number)).ShouldBeDone().StdOut.ShouldBe($"{first}\n{second}\n");

    [Fact]
    public async Task What_is_no_number_is_bad_usage() =>
        (await Padron.RunAsync("numbering", "show", "+999 1234567")).ShouldHaveFailed(2, "'+999 1234567' is not a phone number: it begins with no calling code of any country.");

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => installation?.Dispose();
}
