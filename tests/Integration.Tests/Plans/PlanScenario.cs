using Microsoft.Extensions.Logging.Abstractions;
using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Contacts;
using Padron.Application.Extractions;
using Padron.Application.Idempotency;
using Padron.Application.Imports;
using Padron.Application.Imports.Phases;
using Padron.Application.Imports.Rollback;
using Padron.Application.Imports.Validation;
using Padron.Application.Imports.Watching;
using Padron.Application.Numbering;
using Padron.Application.Search;
using Padron.Application.Segments;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Domain.Segments;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.MartenExtensions.Queue;
using Padron.Integration.Tests.Samples;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.MartenExtensions.Queue;
using Padron.Projections;
using Padron.Projections.Contacts;
using Padron.Projections.Extractions;
using Padron.Projections.Imports;
using Padron.Projections.Rebuilds;
using Padron.Projections.Segments;

namespace Padron.Integration.Tests.Plans;

/// <summary>Everything that sends a query, once, through its public door. A query that is new in the code goes here: a test says which is missing.</summary>
sealed class PlanScenario(PlannedRegister register, SampleFolder sample, string folder)
{
    static readonly PhoneNumber Known = PhoneNumber.Mexican(5510000001);
    static readonly PhoneNumber New = PhoneNumber.Mexican(5599999999);
    static readonly PhoneNumber Foreign = new(12125550100);
    static readonly DateTimeOffset At = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly EventMetadata Ana = new(User: "ana");

    static readonly Selection Cdmx = new(SelectionKind.State, StateCode: "CDMX");

    static readonly Selection[] Selections =
    [
        Cdmx, new(SelectionKind.City, "Guadalajara", "JAL"), new(SelectionKind.Municipality, "Monterrey", "NL"), new(SelectionKind.Lada, "222"), new(SelectionKind.Premium),
    ];

    readonly CatchUp catchUp = new(
        register.Get<EventSessions>(), [.. ReadModels.All.Select(projection => projection.With(RegisterStore.MostPoisonedStreams, PlannedRegister.Page))], TimeProvider.System);

    public async Task RunAsync()
    {
        await NumberingAsync();
        var import = await ImportAsync();
        await ImportNextAsync();
        await CarryOverAsync(import);
        await ContactsAsync();
        await AnswerOnceAsync();
        await ProjectAsync();
        await LeaveOutAsync();
        await AvailabilityAsync();
        await SearchAsync();
        await SegmentsAsync(import);
        await ExtractAsync();
        await ClaimOnAsync();
        await GiveBackAsync();
        await ReclassifyAsync();
        await RollBackAsync(import);
        await QueueAsync();
        await RebuildAsync(); // last: it leaves tables with other figures for the planner
    }

    async Task NumberingAsync()
    {
        await register.Get<LoadNumberingPlanHandler>().HandleAsync(sample.Plan, At);
        var plans = register.Get<NumberingPlanStore>();
        (await plans.InfoAsync()).ShouldNotBeNull();
        await plans.FindAsync((await plans.ReadAsync()).Blocks is [var block, ..] ? PhoneNumber.Mexican(block.First) : Known);
    }

    async Task<Guid> ImportAsync()
    {
        var importer = new ImportContactsHandler(
            register.Get<EventSessions>(), register.Get<Streams>(), register.Get<IContactSourceOpener>(), register.Get<NumberingPlanStore>(),
            register.Get<PremiumMunicipalities>(), register.Get<ContactKey>(), TimeProvider.System, register.Get<RoomGuard>())
        {
            BatchSize = PlannedRegister.Batch,
        };
        using var stop = new CancellationTokenSource();
        var stopping = new Told<ImportProgress>(progress =>
        {
            if (progress.RowsRead >= 1_000)
                stop.Cancel();
        });
        await Should.ThrowAsync<OperationCanceledException>(() => importer.HandleAsync(new(sample.Database, Resume: false, "ana"), stopping, stop.Token));
        var import = await importer.HandleAsync(new(sample.Database, Resume: true, "ana"));

        var queries = register.Get<ImportQueries>();
        await using (var teller = register.Get<ImportBoard>().Tell("ana"))
            teller.Report(new ImportProgress(import.ImportId, import.Tally.RowsRead, import.Tally.RowsRead, import.Tally));
        (await register.Get<ImportBoard>().ReadAsync(import.ImportId))!.IsEnded.ShouldBeTrue();
        (await queries.RejectionsAsync(import.ImportId).CountAsync()).ShouldBe((int)import.Tally.RejectedTotal);
        // Who locks a projection before its first page leaves it at 0.
        await register.Database.ExecuteAsync("update events.mt_event_progression set last_seq_id = 0 where name = $1", ImportsProjection.Definition.ProgressionName);
        await catchUp.RunAsync(TimeSpan.FromSeconds(30));
        (await queries.ListAsync()).ShouldHaveSingleItem().Status.ShouldBe("COMPLETED");
        (await queries.GetAsync(import.ImportId)).ShouldNotBeNull();
        var validated = await register.Get<ValidateImportHandler>().HandleAsync(new(import.ImportId, sample.Database, PlannedRegister.Batch, "ana"));
        validated.Checks.ShouldAllBe(check => check.Checked > 0 && check.Failed == 0);
        (await register.Get<ImportFigures>().ReadAsync(import.ImportId)).Pace.ShouldNotBeEmpty();
        return import.ImportId;
    }

    /// <summary>A file that tells the sample's people otherwise.</summary>
    async Task ImportNextAsync()
    {
        using var next = new NextFile(sample.Database);
        var importer = new ImportContactsHandler(
            register.Get<EventSessions>(), register.Get<Streams>(), register.Get<IContactSourceOpener>(), register.Get<NumberingPlanStore>(),
            register.Get<PremiumMunicipalities>(), register.Get<ContactKey>(), TimeProvider.System)
        {
            BatchSize = PlannedRegister.Batch,
        };
        var import = await importer.HandleAsync(new(next.Path, Resume: false, "ana"));
        import.Tally.DetailsChanged.ShouldBePositive();
        await register.Get<RegisterContactHandler>().HandleAsync(new NewContact(Foreign, null), "ana"); // a validation asks whose it is
        await catchUp.RunAsync(TimeSpan.FromSeconds(30));
        (await register.Get<ValidateImportHandler>().HandleAsync(new(import.ImportId, next.Path, PlannedRegister.Batch, "ana"))).Score.ShouldBe(100);
    }

    /// <summary>Of what it brought, some contacts have been extracted by now, and one opts out.</summary>
    async Task RollBackAsync(Guid import)
    {
        var one = PhoneNumber.Mexican(await register.Database.ScalarAsync<long>(
            "select s.phone - 520000000000 from read.contact_states s join read.contact_profiles p using (id) where p.import_id = $1 limit 1", import));
        await register.Get<ContactStreams>().ExecuteAsync(one, new OptOutContact(one, OptOutMethod.Api, "ALTO", "ana", At), ContactDecider.Decide, Ana);
        var rollback = new RollbackImportHandler(
            register.Get<EventSessions>(), register.Get<Streams>(), catchUp, register.Get<ContactKey>(), TimeProvider.System)
        {
            BatchSize = PlannedRegister.Batch,
        };
        (await rollback.HandleAsync(new(import, "ana"))).Withdrawn.ShouldBePositive();
    }

    /// <summary>Other tables of the file, and the import's increments, which are read back into where they came from.</summary>
    async Task CarryOverAsync(Guid import)
    {
        var tables = register.Get<ReferenceTables>();
        await using var source = register.Get<IContactSourceOpener>().Open(sample.Database);
        (await tables.CarryOverAsync(import, source, CancellationToken.None)).ShouldBe(2);
        (await tables.ListAsync()).Count.ShouldBe((await tables.ListAsync(import)).Count);
        (await tables.RowsAsync((await tables.FindAsync("ladas_faltantes"))!).CountAsync()).ShouldBe(5);

        var increments = Path.Combine(folder, "increments");
        (await new EventIncrements(register.DataSource, increments).SaveAsync(import, CancellationToken.None)).ShouldNotBeNull();
        (await register.Get<RestoreIncrementsHandler>().HandleAsync(increments)).Events.ShouldBe(0);
    }

    async Task ContactsAsync()
    {
        await register.Get<RegisterContactHandler>().HandleAsync(new NewContact(New, null, FullName: "PRUEBA"), "ana");
        var contacts = register.Get<ContactStreams>();
        await contacts.ExecuteAsync(Known, new OptOutContact(Known, OptOutMethod.Api, "ALTO", "ana", At), ContactDecider.Decide, Ana);
        await contacts.ExecuteAsync(Known, new RecordSent(null, "m-1", null, At), ContactDecider.Decide, Ana);
        (await register.Get<GetContact>().GetAsync(Known)).ShouldNotBeNull();
        (await register.Get<ContactHistory>().GetAsync(Known)).ShouldNotBeEmpty();
    }

    async Task SearchAsync()
    {
        var search = register.Get<ContactSearch>();
        (await search.ByTextAsync("prueba", 10)).Contacts.ShouldNotBeEmpty();
        (await search.ByTextAsync("prueva prueba", 10)).Corrected.ShouldNotBeEmpty();
        (await search.ByPhoneAsync("5510", 10)).Contacts.ShouldNotBeEmpty();
        (await search.ByPhoneEndingAsync("0001", 10)).Contacts.ShouldNotBeEmpty();

        // In a register of many the first thousand contacts are not enough.
        const string Grown = "update pg_class set reltuples = reltuples * 1000 where oid = 'read.contact_profiles'::regclass";
        await register.Database.ExecuteAsync(Grown);
        (await search.ByTextAsync("prueba", 10)).Contacts.ShouldNotBeEmpty();
        await register.Database.ExecuteAsync(Grown.Replace("*", "/", StringComparison.Ordinal));
    }

    /// <summary>One that the counts answer, one of several places, and one of what only contacts themselves know.</summary>
    async Task SegmentsAsync(Guid import)
    {
        var (handler, queries) = (register.Get<SegmentHandler>(), register.Get<SegmentQueries>());
        SegmentFilter[] filters =
        [
            new() { States = ["NL", "JAL"], Statuses = [ContactStatus.Verified, ContactStatus.OptedOut], Income = new(1) },
            new() { Cities = ["Guadalajara", "Monterrey"], Statuses = [ContactStatus.Verified], SentAtMost = 2, Carriers = ["TELCEL"] },
            new() { Statuses = [ContactStatus.Verified], Ladas = ["222"], Imports = [import], NotExtractedSince = At },
            new() { Text = "prueba", NotSentForDays = 30 },
        ];
        foreach (var (filter, number) in filters.Select((filter, number) => (filter, number)))
        {
            var name = SegmentName.Parse($"segment-{number}");
            await handler.DefineAsync(name, filter, "ana");
            (await queries.CountAsync(name)).FromCounts.ShouldBe(number == 0);
            var page = await queries.PageAsync(name, limit: PlannedRegister.Batch);
            await queries.PageAsync(name, limit: PlannedRegister.Batch, page.Cursor);
        }

        var audiences = register.Get<Audiences>();
        var audience = await audiences.MaterialiseAsync(SegmentName.Parse("segment-1"), "ana");
        (await audiences.ContactsAsync(audience.Id).CountAsync()).ShouldBe((int)audience.Contacts);
        (await audiences.ListAsync()).ShouldHaveSingleItem();
        (await audiences.RemoveAsync(audience.Id)).ShouldBeTrue();

        await handler.ChangeAsync(SegmentName.Parse("segment-0"), new() { Ladas = ["55"] }, "ana");
        await handler.RemoveAsync(SegmentName.Parse("segment-3"), "ana");
        (await catchUp.RunAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        (await queries.ListAsync()).Count.ShouldBe(filters.Length - 1);
        var selection = await register.Get<SelectionResolver>().ResolveAsync(SelectionKind.Segment, "segment-1", state: null);
        (await register.Get<ExtractContactsHandler>().HandleAsync(
            new(selection, PlannedRegister.Batch, ExtractionFormat.Txt, Path.Combine(folder, "segment.txt"), Seed: 4, "ana"))).Obtained.ShouldBe(PlannedRegister.Batch);
        await catchUp.RunAsync(TimeSpan.FromSeconds(30));
        await new ProjectionRebuild(register.DataSource, catchUp, TimeProvider.System).RunAsync(SegmentsProjection.Definition);
    }

    async Task AnswerOnceAsync()
    {
        var keys = register.Get<IdempotencyKeys>();
        for (var request = 0; request < 2; request++)
            await keys.AnswerAsync("a key", [1], _ => Task.FromResult(new StoredAnswer(204, new Dictionary<string, string>(), [])));
    }

    async Task ProjectAsync()
    {
        // A position that was drawn and never used makes the high-water mark look who may still fill it.
        await register.Database.ScalarAsync<long>("select nextval('events.mt_events_sequence')");
        await register.Get<ContactStreams>().ExecuteAsync(New, new OptOutContact(New, OptOutMethod.Api, "ALTO", "ana", At), ContactDecider.Decide, Ana);
        (await catchUp.BehindAsync()).ShouldBePositive();
        (await catchUp.RunAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        await register.Get<ProjectionStatuses>().ReadAsync();
        await WatchAsync();
    }

    async Task WatchAsync()
    {
        using var watch = new LeaderWatch(register.Get<EventSessions>().Store, NullLogger<LeaderWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => register.Database.ScalarAsync<bool>("select exists (select from daemon.processes)"), "it has given a sign of life");
        var first = await register.Database.ScalarAsync<DateTime>("select max(beaten_at) from daemon.processes");
        await Eventually.TrueAsync(() => register.Database.ScalarAsync<bool>("select max(beaten_at) > $1 from daemon.processes", first), "it has looked at the others");
        await watch.StopAsync(CancellationToken.None);
    }

    /// <summary>Both ways of filling, a comparison, and tables that are kept and put back.</summary>
    async Task RebuildAsync()
    {
        var rebuild = new ProjectionRebuild(register.DataSource, catchUp, TimeProvider.System) { PageSize = PlannedRegister.Page, FreshPageSize = PlannedRegister.Page };
        await rebuild.RunAsync(ExtractionsProjection.Definition);
        var contacts = await rebuild.RunAsync(ContactsProjection.Definition, new(Verify: true, Keep: true));
        contacts.Differences!.ShouldAllBe(table => table.IsNone);
        await rebuild.RevertAsync(ContactsProjection.Definition);
    }

    /// <summary>A contact's opt-out that can't be read: left out, with the next one behind it, tried again in vain, mended and applied. And a pause.</summary>
    async Task LeaveOutAsync()
    {
        var contacts = register.Get<ContactStreams>();
        await contacts.ExecuteAsync(New, new OptInContact(New, "paper", "ana", At), ContactDecider.Decide, Ana);
        await contacts.ExecuteAsync(New, new OptOutContact(New, OptOutMethod.Api, "ALTO", "ana", At), ContactDecider.Decide, Ana);
        var position = await register.Database.ScalarAsync<long>("select max(seq_id) from events.mt_events");
        await SetDateAsync("never");
        (await catchUp.RunAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        (await register.Get<DeadLetters>().ListAsync()).ShouldHaveSingleItem();
        (await register.Get<DeadLetters>().RetryAsync(ContactsProjection.Definition)).Failed.ShouldBe(1);
        await SetDateAsync("2026-02-01T12:00:00Z");
        (await register.Get<DeadLetters>().RetryAsync(ContactsProjection.Definition, position)).Applied.ShouldBe(1);

        var holds = register.Get<ProjectionHolds>();
        (await holds.PauseAsync(ContactsProjection.Definition, "ana")).ShouldBeTrue();
        (await holds.ResumeAsync(ContactsProjection.Definition)).ShouldBeTrue();
        await register.Get<ProjectionStatuses>().FailedAsync(ContactsProjection.Definition, new TimeoutException("It took too long."));

        Task SetDateAsync(string date) => register.Database.ExecuteAsync(
            "update events.mt_events set data = jsonb_set(data, '{optedOutAt}', to_jsonb($1)) where seq_id = $2", date, position);
    }

    async Task AvailabilityAsync()
    {
        var availability = register.Get<AvailabilityQueries>();
        var asOf = await register.Get<AsOfPositions>().FindAsync(AsOf.Parse("2020-01-01"));
        await register.Get<AsOfPositions>().FindAsync(new(asOf, null));
        await availability.ByStatusAsync(asOf);
        await availability.ByStatusAsync();
        await availability.PremiumAsync();
        await availability.PremiumAsync(asOf);
        foreach (var kind in (SelectionKind[])[SelectionKind.State, SelectionKind.City, SelectionKind.Municipality, SelectionKind.Lada])
        {
            await availability.ByPlaceAsync(kind);
            await availability.ByPlaceAsync(kind, "55");
            await availability.ByPlaceAsync(kind, "55", asOf);
        }

        await register.Get<CachedAvailability>().ByStatusAsync();
        await register.Get<CachedAvailability>().PremiumAsync();
        foreach (var selection in Selections)
            (await availability.CountAsync(selection)).ShouldBePositive();
    }

    async Task ExtractAsync()
    {
        var extract = register.Get<ExtractContactsHandler>();
        for (var i = 0; i < Selections.Length; i++)
            await extract.HandleAsync(new(Selections[i], PlannedRegister.Batch, ExtractionFormat.Txt, Path.Combine(folder, $"{i}.txt"), Seed: 1, "ana"));
        await catchUp.RunAsync(TimeSpan.FromSeconds(30));
        var queries = register.Get<ExtractionQueries>();
        var id = (await queries.ListAsync())[0].Id;
        (await queries.GetAsync(id)).ShouldNotBeNull();
        (await register.Get<ProgressBoard>().ReadAsync(id)).ShouldNotBeNull();
        await File.WriteAllTextAsync(register.Get<ExtractionSpool>().PathOf(id, ExtractionFormat.Txt), "");
        await register.Get<ExpiredFiles>().RemoveAsync();
    }

    /// <summary>A premium extraction whose claim was stopped on its way, and goes on.</summary>
    async Task ClaimOnAsync()
    {
        var id = Guid.CreateVersion7();
        var request = new ExtractionRequested(new(SelectionKind.Premium), PlannedRegister.Batch, ExtractionFormat.Txt, Seed: 3, "ana", At);
        await register.Get<EventSessions>().AppendAsync(id, 0, [request], Ana);
        await register.Get<Claim>().RunAsync(id, request with { Amount = PlannedRegister.Batch / 2 }, Ana);
        (await register.Get<Claim>().RunAsync(id, request, Ana)).ShouldBe(PlannedRegister.Batch);
    }

    /// <summary>One that was claimed and called off, so that what it held is released.</summary>
    async Task GiveBackAsync()
    {
        var (id, _) = await register.Get<RequestExtractionHandler>().HandleAsync(Cdmx, PlannedRegister.Batch, ExtractionFormat.Txt, seed: 2, exact: false, "ana");
        var extraction = await register.Get<Streams>().LoadAsync(id, Extraction.None, ExtractionDecider.Evolve);
        await register.Get<Claim>().RunAsync(id, extraction.Request!, Ana);
        (await register.Get<CancelExtractionHandler>().HandleAsync(id, "ana")).Released.ShouldBe(PlannedRegister.Batch);
        await register.Get<QueueWorker>().DrainAsync(); // finds it cancelled
        await catchUp.RunAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Under a plan that makes landlines of the numbers of a few hundred contacts.</summary>
    async Task ReclassifyAsync()
    {
        var plans = register.Get<NumberingPlanStore>();
        await plans.ReplaceAsync(
            NumberingPlan.From(Enumerable.Range(0, 1_000).Select(block => new NumberingBlock(5510000000 + block * 100, 5510000099 + block * 100, block < 3 ? LineType.Fixed : LineType.Mobile, "TELMEX"))),
            new("pnn-plans", "plans.csv", 1_000, At));
        await register.Database.ExecuteAsync("vacuum analyze padron.numbering_blocks");
        var reclassify = new ReclassifyContactsHandler(register.Get<EventSessions>(), plans, catchUp, TimeProvider.System) { BatchSize = PlannedRegister.Batch };
        (await reclassify.HandleAsync("ana")).Contacts.ToFixed.ShouldBePositive();
        (await register.Get<NumberingPlanVersions>().ListAsync()).ShouldNotBeEmpty();
    }

    async Task QueueAsync()
    {
        var queue = new DurableQueue(register.Get<EventSessions>(), ParcelJson.Types);
        await DrainAsync(new MessageHandlers(ParcelJson.Types).Add<SendParcel>(async (_, context, ct) => await context.BeginAsync(ct)), new SendParcel("kept"));
        await DrainAsync(new MessageHandlers(ParcelJson.Types).Add<SendParcel>((_, _, _) => Task.CompletedTask), new SendParcel("without a transaction"));

        var broken = new MessageHandlers(ParcelJson.Types).Add<SendParcel>(
            (_, _, _) => throw new InvalidOperationException("broken"), new MessagePolicy { MaxAttempts = 2, FirstDelay = TimeSpan.Zero });
        await DrainAsync(broken, new SendParcel("broken"));
        var dead = (await queue.DeadLettersAsync("send_parcel")).ShouldHaveSingleItem();
        await queue.DeadLettersAsync(after: (await queue.DeadLettersAsync(limit: 10))[^1]);
        (await queue.ReplayAsync(dead.Id)).ShouldBeTrue();
        await DrainAsync(broken);
        (await queue.ReplayAllAsync("send_parcel")).ShouldBe(1);
        await DrainAsync(broken);
        (await queue.DiscardAsync(dead.Id)).ShouldBeTrue();
        await RenewAndReleaseAsync(queue);
        await ExpireAsync(queue, broken);
        await queue.StatusAsync();
    }

    /// <summary>A worker that takes ahead, works on one message until its lease was renewed, and is stopped with others in its hands.</summary>
    async Task RenewAndReleaseAsync(DurableQueue queue)
    {
        var (begun, renewed) = (0, new TaskCompletionSource());
        var worker = Worker(
            new MessageHandlers(ParcelJson.Types).Add<SendParcel>(async (_, context, _) =>
            {
                if (Interlocked.Increment(ref begun) != 10) // quick ones first, so that the worker takes more than it handles
                    return;
                await Eventually.TrueAsync(async () => await LeasedAsync() > 1);
                var lease = await LeaseAsync(context.Id);
                await Eventually.TrueAsync(async () => await LeaseAsync(context.Id) > lease);
                renewed.SetResult();
                await Eventually.TrueAsync(async () => await LeasedAsync() == 1);
            }),
            new QueueWorkerOptions { Parallelism = 1, Lease = TimeSpan.FromSeconds(3), MinPoll = TimeSpan.FromSeconds(10), MaxPoll = TimeSpan.FromSeconds(10) });
        await queue.EnqueueAsync([.. Enumerable.Range(0, 100).Select(_ => new QueueMessage(new SendParcel("mango")))], EventMetadata.None);
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        await renewed.Task;
        await stop.CancelAsync();
        await running;
        await register.Database.ExecuteAsync("delete from queue.messages where kind = 'send_parcel'");

        Task<DateTime> LeaseAsync(Guid id) => register.Database.ScalarAsync<DateTime>("select lease_until from queue.messages where id = $1", id);
        Task<long> LeasedAsync() =>
            register.Database.ScalarAsync<long>("select count(*) from queue.messages where kind = 'send_parcel' and lease_until is not null");
    }

    /// <summary>A message whose worker died.</summary>
    async Task ExpireAsync(DurableQueue queue, MessageHandlers handlers)
    {
        var message = new QueueMessage(new SendParcel("abandoned"));
        await queue.EnqueueAsync([message], EventMetadata.None);
        await register.Database.ExecuteAsync("update queue.messages set lease_until = now() - interval '1 minute', leased_by = 'dead', attempts = 2 where id = $1", message.Id);
        await Worker(handlers).DrainAsync();
        (await queue.DiscardAsync(message.Id)).ShouldBeTrue();
    }

    async Task DrainAsync(MessageHandlers handlers, params object[] bodies)
    {
        await new DurableQueue(register.Get<EventSessions>(), ParcelJson.Types).EnqueueAsync([.. bodies.Select(body => new QueueMessage(body))], EventMetadata.None);
        await Worker(handlers).DrainAsync();
    }

    QueueWorker Worker(MessageHandlers handlers, QueueWorkerOptions? options = null) =>
        new(register.Get<EventSessions>(), handlers, TimeProvider.System, options ?? QueueTest.Options);
}
