using Microsoft.Extensions.Logging;
using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.Extractions;

/// <summary>What those who wait for an extraction are told, and what becomes of one that fails on its way.</summary>
public sealed class ExtractionProgressTests : IAsyncLifetime, IDisposable
{
    static readonly Selection Cdmx = new(SelectionKind.State, StateCode: "CDMX");

    readonly PadronDatabase database = new();
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("padron-progress-");

    ProgressBoard Board => database.Get<ProgressBoard>();

    ExtractionSpool Spool => new(Path.Combine(directory.FullName, "spool"));

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task It_is_told_at_each_new_stage_and_once_a_second_in_between()
    {
        var clock = new ManualClock();
        var teller = new ProgressTeller(Guid.CreateVersion7(), 100, database.DataSource, clock, logger: null);

        await teller.ClaimedAsync(10);
        await teller.ClaimedAsync(20);
        (await RowAsync()).ShouldBe("claiming 10 0 100");
        clock.Now += TimeSpan.FromSeconds(1);
        await teller.ClaimedAsync(30);
        (await RowAsync()).ShouldBe("claiming 30 0 100");
        await teller.TellAsync(ExtractionStage.Writing, obtained: 40);
        await teller.WrittenAsync(5);
        (await RowAsync()).ShouldBe("writing 40 0 100");
        clock.Now += TimeSpan.FromSeconds(1);
        await teller.WrittenAsync(6);
        (await RowAsync()).ShouldBe("writing 40 6 100");
    }

    [Fact]
    public async Task Progress_that_cannot_be_told_is_logged_and_the_extraction_goes_on()
    {
        await GivenVerifiedAsync(5);
        await database.ExecuteAsync("drop table padron.extraction_progress");
        var log = new Log();
        var board = new ProgressBoard(database.DataSource, database.Get<Streams>(), TimeProvider.System, log);
        var handler = new ExtractContactsHandler(
            database.Get<Streams>(), database.Get<AvailabilityQueries>(), database.Get<Claim>(), database.Get<Release>(), database.Get<ExtractionDelivery>(),
            board, database.Get<LowAvailability>(), TimeProvider.System);

        (await handler.HandleAsync(new(Cdmx, 5, ExtractionFormat.Txt, Path.Combine(directory.FullName, "untold.txt"), Seed: null, "ana"))).Obtained.ShouldBe(5);

        log.Lines.ShouldNotBeEmpty();
        log.Lines.ShouldAllBe(line => line.Contains("could not be told", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_follows_an_extraction_from_its_request_to_its_file()
    {
        await GivenVerifiedAsync(10);
        (await Board.ReadAsync(Guid.CreateVersion7())).ShouldBeNull();
        var id = await RequestAsync(10);
        (await Board.ReadAsync(id)).ShouldBe(new ExtractionProgress(id, ExtractionStage.Requested, 0, 0, 10, null, null, false));

        await using (var hold = await Hold.BeforeEventAsync(database, id, version: 2))
        {
            var running = RunAsync(Spool);
            await hold.WaitedForAsync(database, "mt_quick_append_events");
            var claiming = (await Board.ReadAsync(id)).ShouldNotBeNull();
            claiming.ShouldBe(new ExtractionProgress(id, ExtractionStage.Claiming, 0, 0, 10, claiming.UpdatedAt.ShouldNotBeNull(), null, false));
            await hold.DisposeAsync();
            await running;
        }

        var delivered = (await Board.ReadAsync(id)).ShouldNotBeNull();
        delivered.ShouldBe(new ExtractionProgress(id, ExtractionStage.Delivered, 10, 10, 10, delivered.UpdatedAt, null, false));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_said_where_its_extraction_is_shown_and_a_replay_delivers_the_same_contacts()
    {
        await GivenVerifiedAsync(10);
        var id = await RequestAsync(10);
        var inTheWay = Path.Combine(directory.FullName, "in-the-way");
        await File.WriteAllTextAsync(inTheWay, "");

        await RunAsync(new ExtractionSpool(inTheWay)); // as a full disk: no file can be made

        await database.CatchUpAsync();
        var stuck = (await database.Get<ExtractionQueries>().GetAsync(id)).ShouldNotBeNull();
        stuck.Status.ShouldBe("DELIVERING");
        var progress = stuck.Progress.ShouldNotBeNull();
        (progress.Stage, progress.Claimed, progress.GivenUp).ShouldBe((ExtractionStage.Writing, 10, true));
        progress.Trouble.ShouldNotBeNull().ShouldContain(inTheWay);
        (await Should.ThrowAsync<RuleViolationException>(() => database.Get<CancelExtractionHandler>().HandleAsync(id, "ana"))).Code.ShouldBe("delivery_started");

        (await database.Get<DurableQueue>().ReplayAsync(id)).ShouldBeTrue();
        await RunAsync(Spool);

        await database.CatchUpAsync();
        var delivered = (await database.Get<ExtractionQueries>().GetAsync(id)).ShouldNotBeNull();
        (delivered.Status, delivered.Progress).ShouldBe(("DELIVERED", null));
        (await File.ReadAllLinesAsync(Spool.PathOf(id, ExtractionFormat.Txt))).Distinct().Count().ShouldBe(10);
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted'")).ShouldBe(10);
    }

    [Fact]
    public async Task A_worker_that_is_stopped_while_it_writes_leaves_nothing_and_the_next_writes_the_file()
    {
        await GivenVerifiedAsync(10);
        var id = await RequestAsync(10);
        using var stop = new CancellationTokenSource();
        await using (var hold = await Hold.TableAsync(database, "read.contact_profiles", "access exclusive"))
        {
            var running = database.Get<ExtractContactsHandler>().RunAsync(id, Spool, stop.Token);
            await hold.WaitedForAsync(database, "padron.extraction_contacts");
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => running);
        }

        Directory.GetFiles(Spool.Directory).ShouldBeEmpty();
        await RunAsync(Spool);
        (await File.ReadAllLinesAsync(Spool.PathOf(id, ExtractionFormat.Txt))).Length.ShouldBe(10);
    }

    [Fact]
    public async Task Of_two_workers_that_deliver_at_once_because_one_does_not_know_that_its_lease_is_lost_one_writes()
    {
        await GivenVerifiedAsync(10);
        var id = await RequestAsync(10);
        Task first, second;
        await using (var hold = await Hold.TableAsync(database, "read.contact_profiles", "access exclusive"))
        {
            first = database.Get<ExtractContactsHandler>().RunAsync(id, Spool, CancellationToken.None);
            await hold.WaitedForAsync(database, "padron.extraction_contacts");
            second = database.Get<ExtractContactsHandler>().RunAsync(id, Spool, CancellationToken.None);
            await Eventually.TrueAsync(() => database.ScalarAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'advisory')"));
        }

        await Task.WhenAll(first, second);

        var path = Spool.PathOf(id, ExtractionFormat.Txt);
        var delivered = (await database.Store.ReadStreamAsync(id)).Select(stored => stored.Data).OfType<ExtractionDelivered>().ShouldHaveSingleItem();
        delivered.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(path))));
        (await database.ScalarAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"))
            .ShouldBe(0);
    }

    async Task GivenVerifiedAsync(int count)
    {
        await database.GivenVerifiedAsync(count);
        await database.CatchUpAsync();
    }

    async Task<Guid> RequestAsync(int amount) =>
        (await new RequestExtractionHandler(database.Get<Streams>(), database.Get<AvailabilityQueries>(), TimeProvider.System)
            .HandleAsync(Cdmx, amount, ExtractionFormat.Txt, seed: null, exact: false, "ana")).Id;

    // A worker that gives up at once.
    Task RunAsync(ExtractionSpool spool) => new QueueWorker(
        database.Store,
        new MessageHandlers(PadronEvents.MessageTypes).Add<RunExtraction>(
            new RunExtractionHandler(database.Get<ExtractContactsHandler>(), spool).HandleAsync, RunExtractionHandler.Policy with { MaxAttempts = 1 }),
        TimeProvider.System).DrainAsync();

    Task<string> RowAsync() => database.ScalarAsync<string>("select concat_ws(' ', stage, claimed, written, amount) from padron.extraction_progress");

    sealed class Log : ILogger<ProgressBoard>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
