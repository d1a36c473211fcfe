using Padron.Application.Extractions;
using Padron.Domain.Extractions;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Extractions;

public sealed class ExpiredFilesTests(PadronDatabase database) : IClassFixture<PadronDatabase>, IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("padron-expiry-");
    readonly ManualClock clock = new();

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Files_go_when_they_have_been_kept_for_as_long_as_they_should_be_and_those_of_running_extractions_stay()
    {
        var spool = new ExtractionSpool(directory.FullName, TimeSpan.FromDays(30));
        var expired = new ExpiredFiles(database.DataSource, spool, clock);
        var delivered = await GivenAsync(delivered: true, "xlsx", "txt", "txt.json", "txt.zip", "txt.0123.partial");
        var running = await GivenAsync(delivered: false, "txt", "txt.json");
        File.WriteAllText(Path.Combine(directory.FullName, "theirs.txt"), "not ours");

        clock.Now += TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1);
        (await expired.RemoveAsync()).ShouldBe(0);
        clock.Now += TimeSpan.FromSeconds(1);
        (await expired.RemoveAsync()).ShouldBe(1);
        (await expired.RemoveAsync()).ShouldBe(0);

        directory.GetFiles().Select(file => file.Name).ShouldBe([$"{running:N}.txt", $"{running:N}.txt.json", "theirs.txt"], ignoreOrder: true);
        spool.Find(delivered, ExtractionFormat.Txt).ShouldBeNull();
    }

    [Fact]
    public async Task Where_they_are_kept_for_ever_none_goes()
    {
        await GivenAsync(delivered: true, "txt");
        clock.Now += TimeSpan.FromDays(3650);

        (await new ExpiredFiles(database.DataSource, new ExtractionSpool(directory.FullName), clock).RemoveAsync()).ShouldBe(0);

        directory.GetFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_spool_that_was_never_written_to_has_none() =>
        (await new ExpiredFiles(database.DataSource, new ExtractionSpool(Path.Combine(directory.FullName, "none"), TimeSpan.Zero), clock).RemoveAsync()).ShouldBe(0);

    async Task<Guid> GivenAsync(bool delivered, params string[] endings)
    {
        var id = Guid.CreateVersion7();
        ExtractionEvent[] events =
        [
            new ExtractionRequested(new(SelectionKind.State, StateCode: "CDMX"), 1, ExtractionFormat.Txt, null, "ana", clock.Now),
            new ExtractionClaimed(1, clock.Now),
            new ExtractionDeliveryStarted(clock.Now),
            .. delivered ? [new ExtractionDelivered("f.txt", 1, "", clock.Now)] : Array.Empty<ExtractionEvent>(),
        ];
        await database.Store.AppendAsync(id, 0, events, EventMetadata.None);
        foreach (var ending in endings)
            File.WriteAllText(Path.Combine(directory.FullName, $"{id:N}.{ending}"), "");
        return id;
    }
}
