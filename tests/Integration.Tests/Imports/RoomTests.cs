using Padron.Application.Imports;
using Padron.Application.Imports.Watching;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Imports;

/// <summary>Imports that find disk or memory low: they wait, say so, and go on by themselves.</summary>
public sealed class RoomTests(ImportSample sample) : IClassFixture<ImportSample>, IAsyncLifetime
{
    const int BatchSize = 1_000;
    const long Reserve = 100 << 20;

    readonly PadronDatabase database = new();
    readonly FakeMachine machine = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_disk_is_low_an_import_waits_and_then_goes_on(bool initialLoad)
    {
        if (!initialLoad)
            await database.GivenAStrangerAsync();

        var pauses = await ImportAsync(
            low: progress => progress.RowsRead >= 3_000,
            take: () => machine.Disk = new(FakeMachine.Plenty, Reserve - 1),
            giveBack: () => machine.Disk = new(FakeMachine.Plenty, FakeMachine.Plenty));

        pauses.ShouldAllBe(pause => pause.RowsRead >= 3_000 && pause.RowsRead < ImportSample.Rows && pause.Indexes == null);
        pauses[0].PausedBecause.ShouldBe("the server's disk has 99 MB free, and storing more takes 100 MB, with what stays free: free some, and it goes on");
    }

    [Fact]
    public async Task While_memory_is_low_an_import_waits_and_then_goes_on() =>
        (await ImportAsync(
            low: progress => progress.RowsRead >= 3_000, take: () => machine.AvailableMemory = Reserve - 1, giveBack: () => machine.AvailableMemory = null))[0]
            .PausedBecause.ShouldBe("the machine has 99 MB of memory left, and 100 MB are left to others: end something else, and it goes on");

    [Fact]
    public async Task Before_indexes_are_built_there_must_be_room_for_them()
    {
        var pauses = await ImportAsync(
            low: progress => progress.RowsRead == ImportSample.Rows,
            take: () => machine.Disk = new(FakeMachine.Plenty, Reserve + (1 << 20)), // enough to store more, and not for the indexes of 20,000 contacts
            giveBack: () => machine.Disk = new(FakeMachine.Plenty, FakeMachine.Plenty));

        pauses.ShouldAllBe(pause => pause.RowsRead == ImportSample.Rows && pause.Indexes == null);
        pauses[0].PausedBecause!.ShouldContain("building the indexes takes");
    }

    [Fact]
    public async Task One_that_waits_can_be_cancelled_and_resumed()
    {
        await database.LoadPlanAsync(sample.Plan);
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(resume: false, progress =>
        {
            if (progress.RowsRead >= 3_000)
                machine.Disk = new(FakeMachine.Plenty, 0);
            if (progress.PausedBecause is not null)
                stop.Cancel();
        }, stop.Token));
        (await database.HistoryAsync(await database.OnlyImportAsync())).ShouldBe([nameof(ImportStarted), nameof(ImportInterrupted)]);

        machine.Disk = new(FakeMachine.Plenty, FakeMachine.Plenty);
        (await RunAsync(resume: true, _ => { })).Tally.ShouldBeTheTruth(sample.Truth);
    }

    [Fact]
    public async Task What_can_not_be_seen_is_not_waited_for()
    {
        await database.LoadPlanAsync(sample.Plan);
        (machine.Disk, machine.AvailableMemory) = (null, null);

        (await RunAsync(resume: false, progress => progress.PausedBecause.ShouldBeNull())).Tally.ShouldBeTheTruth(sample.Truth);
    }

    [Fact]
    public void The_larger_of_two_reserves_counts()
    {
        new RoomReserve(2L << 30, 5, 0).Of(new DiskSpace(10L << 30, 0)).ShouldBe(2L << 30);
        new RoomReserve(2L << 30, 5, 0).Of(new DiskSpace(100_000_000_000, 0)).ShouldBe(5_000_000_000);
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    /// <summary>Imports the sample, taking away what there is of something once, and giving it back when the import has said that it waits.</summary>
    /// <returns>What it told while it waited.</returns>
    async Task<IReadOnlyList<ImportProgress>> ImportAsync(Func<ImportProgress, bool> low, Action take, Action giveBack)
    {
        await database.LoadPlanAsync(sample.Plan);
        var taken = false;
        List<ImportProgress> pauses = [];
        ImportProgress? last = null;
        var result = await RunAsync(resume: false, progress =>
        {
            last = progress;
            if (progress.PausedBecause is not null)
            {
                pauses.Add(progress);
                giveBack();
            }
            else if (!taken && low(progress))
            {
                taken = true;
                take();
            }
        });

        pauses.ShouldNotBeEmpty();
        last!.PausedBecause.ShouldBeNull();
        result.Tally.ShouldBeTheTruth(sample.Truth);
        return pauses;
    }

    Task<ImportResult> RunAsync(bool resume, Action<ImportProgress> tell, CancellationToken ct = default)
    {
        var room = new RoomGuard(new ServerDisk(database.DataSource, machine), machine, new RoomReserve(Reserve, 0, Reserve), TimeProvider.System);
        return database.Importer(BatchSize, room: room).HandleAsync(new ImportContacts(sample.Database, resume, "ana"), new Told<ImportProgress>(tell), ct);
    }
}
