using System.Globalization;
using Padron.Application;
using Padron.Application.Contacts;
using Padron.Application.Imports;
using Padron.Application.Imports.Rollback;
using Padron.Application.Imports.Watching;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Projections;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Imports;

/// <summary>What a rollback takes back, what it leaves, and that it can be stopped anywhere.</summary>
public sealed class RollbackTests(ImportSample sample) : IClassFixture<ImportSample>, IAsyncLifetime
{
    static readonly DateTimeOffset At = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);

    readonly PadronDatabase database = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Import_rollback_import_gives_the_first_result(bool byAppends)
    {
        await database.LoadPlanAsync(sample.Plan);
        if (byAppends)
            await database.GivenAStrangerAsync();
        await database.CatchUpAsync();
        var before = await RegisterRows.DigestAsync(database.ConnectionString);
        var first = await database.ImportAsync(sample.Database);
        await database.CatchUpAsync();
        var imported = await RegisterRows.DigestAsync(database.ConnectionString);

        var result = await RollBackAsync(first.ImportId, batchSize: 3_000);

        result.ShouldBe(new(first.ImportId, Changed: true, sample.Truth.Imported, Withdrawn: 0));
        (await RegisterRows.DigestAsync(database.ConnectionString)).SkipLast(1).ShouldBe(before.SkipLast(1)); // the last are the rejections, which stay
        await database.ExecuteAsync("delete from padron.import_rejections");
        var second = await database.ImportAsync(sample.Database);
        await database.CatchUpAsync();
        second.Tally.ShouldBeTheTruth(sample.Truth);
        (await RegisterRows.DigestAsync(database.ConnectionString)).ShouldBe(imported);
    }

    [Fact]
    public async Task While_the_contacts_are_paused_it_is_refused_and_later_does_its_work()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.GivenAStrangerAsync();
        var import = (await database.ImportAsync(sample.Database)).ImportId;
        await database.Get<ProjectionHolds>().PauseAsync(ContactsProjection.Definition, "ana");

        (await Should.ThrowAsync<RuleViolationException>(() => RollBackAsync(import, batchSize: 5_000))).Code.ShouldBe("projection_held");

        await database.Get<ProjectionHolds>().ResumeAsync(ContactsProjection.Definition);
        (await RollBackAsync(import, batchSize: 5_000)).Removed.ShouldBe(sample.Truth.Imported);
    }

    [Fact]
    public async Task What_could_not_be_applied_of_its_contacts_is_gone_with_them()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.GivenAStrangerAsync();
        var import = (await database.ImportAsync(sample.Database)).ImportId;
        await database.ExecuteAsync(
            """update events.mt_events set data = jsonb_set(data, '{verifiedAt}', '"never"') where seq_id = (select max(seq_id) from events.mt_events where type = 'contact_verified')""");
        await database.CatchUpAsync();
        (await database.Get<DeadLetters>().ListAsync()).ShouldHaveSingleItem();

        (await RollBackAsync(import, batchSize: 5_000)).Removed.ShouldBe(sample.Truth.Imported);

        (await database.Get<DeadLetters>().ListAsync()).ShouldBeEmpty();
        (await database.RowsAsync("select status from read.contacts")).ShouldBe(["""{"status":"OPTED_OUT"}"""]);
    }

    [Fact]
    public async Task It_is_one_event_on_the_imports_stream_beside_its_beginning_and_the_list_shows_what_it_took()
    {
        await database.LoadPlanAsync(sample.Plan);
        var import = (await database.ImportAsync(sample.Database)).ImportId;
        List<RollbackProgress> told = [];

        await Handler(10_000).HandleAsync(new(import, "eva"), new Told<RollbackProgress>(told.Add));

        (await database.HistoryAsync(import)).ShouldBe([nameof(ImportStarted), nameof(ImportCompleted), nameof(ImportRollbackStarted), nameof(ImportRolledBack)]);
        (await database.Store.ReadStreamAsync(import))[^1].UserName.ShouldBe("eva");
        told[0].ShouldBe(new(5_000, sample.Truth.Imported));
        told[^1].ShouldBe(new(sample.Truth.Imported, sample.Truth.Imported));
        await database.CatchUpAsync();
        var document = (await database.Get<ImportQueries>().GetAsync(import)).ShouldNotBeNull();
        (document.Status, document.Removed, document.Withdrawn, document.Tally!.Imported).ShouldBe(("ROLLED_BACK", sample.Truth.Imported, 0, sample.Truth.Imported));
        (await database.Get<ImportQueries>().RejectionsAsync(import).CountAsync()).ShouldBe((int)document.Tally.RejectedTotal);
        (await database.ScalarAsync<long>("select count(*) from padron.import_rollbacks")).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_rollback_changes_nothing_and_what_never_was_is_refused()
    {
        var import = (await database.ImportAsync(sample.Database)).ImportId;
        var first = await RollBackAsync(import);
        var events = await database.ScalarAsync<long>("select count(*) from events.mt_events");

        (await RollBackAsync(import)).ShouldBe(first with { Changed = false });

        (await database.ScalarAsync<long>("select count(*) from events.mt_events")).ShouldBe(events);
        (await Should.ThrowAsync<RuleViolationException>(() => RollBackAsync(Guid.CreateVersion7()))).Code.ShouldBe("import_unknown");
    }

    [Fact]
    public async Task Contacts_with_events_of_their_own_keep_them_and_are_in_the_register_no_more()
    {
        using var file = new ContactFile();
        foreach (var (row, name) in ((string[])["BAJA", "ENTREGADA", "CORREGIDA", "VUELTA", "DEVUELTA", "SOLA", "AVISADA"]).Index())
            file.Add(Number(row), name: name, state: "Jalisco");
        await database.LoadPlanAsync(sample.Plan);
        var import = (await database.ImportAsync(file.Path)).ImportId;
        foreach (var row in Enumerable.Range(0, 7))
            await ExecuteAsync(row, new VerifyContact(VerificationMethod.Manual, "TELCEL", null, At), ContactDecider.Decide);
        await database.ExecuteAsync("update events.mt_events set correlation_id = $1 where type = 'contact_verified'", import.ToString()); // as if the plan had said so
        var extraction = Guid.CreateVersion7();
        await ExecuteAsync(0, OptOut(0), ContactDecider.Decide);
        await ExecuteAsync(1, new ExtractContact(extraction, At), ContactDecider.Decide);
        await ExecuteAsync(2, new CorrectContact("EVA", null, null, null, null, "Yucatán", "eva", At), ContactDecider.Decide);
        await ExecuteAsync(3, OptOut(3), ContactDecider.Decide);
        await ExecuteAsync(3, new OptInContact(Phone(3), "paper", "eva", At), ContactDecider.Decide);
        await ExecuteAsync(4, new ExtractContact(extraction, At), ContactDecider.Decide);
        await ExecuteAsync(4, new ReleaseContact(extraction, ReleaseReason.ExtractionCancelled, At), ContactDecider.Decide);
        await ExecuteAsync(6, new RecordSent(null, "m-1", null, At), ContactDecider.Decide);
        var histories = await HistoriesAsync();

        var result = await RollBackAsync(import, batchSize: 2);
        await database.CatchUpAsync();

        (result.Removed, result.Withdrawn).ShouldBe((1, 6));
        (await HistoriesAsync()).ShouldBe(histories.Where(history => !history.Contains(Id(5).ToString(), StringComparison.Ordinal))
            .Concat(((int[])[0, 1, 2, 3, 4, 6]).Select(row => $$"""{"stream_id":"{{Id(row)}}","type":"contact_withdrawn"}""")), ignoreOrder: true);
        (await Contact(0)).ShouldBe(("OPTED_OUT", null, null));
        (await Contact(1)).ShouldBe(("EXTRACTED", null, null));
        (await Contact(2)).ShouldBe(("UNVERIFIED", "EVA", "YUC"));
        (await Contact(3)).ShouldBe(("UNVERIFIED", null, null));
        (await Contact(4)).ShouldBe(("UNVERIFIED", null, null));
        (await Contact(6)).ShouldBe(("UNVERIFIED", null, null));
        (await database.Get<GetContact>().GetAsync(Phone(6)))!.SendCount.ShouldBe(1); // a message can't be unsent
        (await database.Get<GetContact>().GetAsync(Phone(5))).ShouldBeNull();
        (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));

        // The second import registers them anew, and what they had of their own still stands.
        (await database.ImportAsync(file.Path)).Tally.Imported.ShouldBe(7);
        await database.CatchUpAsync();
        (await Contact(0)).ShouldBe(("OPTED_OUT", "BAJA", "JAL"));
        (await Contact(1)).ShouldBe(("EXTRACTED", "ENTREGADA", "JAL"));
        (await Contact(2)).ShouldBe(("UNVERIFIED", "CORREGIDA", "JAL"));
        (await Contact(5)).ShouldBe(("UNVERIFIED", "SOLA", "JAL"));
        (await database.ImportAsync(file.Path)).Tally.AlreadyKnown.ShouldBe(7);
        (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));

        async Task<(string Status, string? Name, string? State)> Contact(int row)
        {
            var contact = (await database.Get<GetContact>().GetAsync(Phone(row))).ShouldNotBeNull();
            return (contact.Status, contact.FullName, contact.StateCode);
        }

        Task<IReadOnlyList<string>> HistoriesAsync() => database.RowsAsync(@"select stream_id, type from events.mt_events where type like 'contact\_%'");
    }

    [Fact]
    public async Task Of_two_imports_only_one_is_taken_back()
    {
        using var first = new ContactFile();
        using var second = new ContactFile();
        foreach (var row in Enumerable.Range(0, 40))
        {
            first.Add(Number(row), name: "PRIMERA");
            second.Add(Number(row + 20), name: row < 20 ? "PRIMERA" : "SEGUNDA");
        }

        await database.ImportAsync(first.Path);
        await database.CatchUpAsync();
        var before = await ContactTables.ReadAsync(database);
        var import = (await database.ImportAsync(second.Path, batchSize: 7)).ImportId;

        (await RollBackAsync(import, batchSize: 3)).ShouldBe(new(import, Changed: true, 20, 0));

        (await ContactTables.ReadAsync(database)).ShouldBe(before);
        (await database.ScalarAsync<long>("select count(*) from events.mt_streams")).ShouldBe(42); // 40 contacts and two imports
    }

    [Fact]
    public async Task A_stranger_who_opted_out_before_the_import_stays_opted_out()
    {
        using var file = new ContactFile().Add(Number(0), name: "ANA");
        await ExecuteAsync(0, OptOut(0), ContactDecider.Decide);
        var import = (await database.ImportAsync(file.Path)).ImportId;

        (await RollBackAsync(import)).ShouldBe(new(import, Changed: true, Removed: 0, Withdrawn: 1));

        await database.CatchUpAsync();
        var contact = (await database.Get<GetContact>().GetAsync(Phone(0))).ShouldNotBeNull();
        (contact.Status, contact.FullName, contact.PhoneE164).ShouldBe(("OPTED_OUT", null, Phone(0).ToString()));
    }

    [Fact]
    public async Task Stopped_after_any_batch_the_same_command_does_the_rest()
    {
        await database.LoadPlanAsync(sample.Plan);
        var import = (await database.ImportAsync(sample.Database)).ImportId;
        var before = 0L;
        for (var stopped = 1; stopped <= 3; stopped++)
        {
            using var stop = new CancellationTokenSource();
            await Should.ThrowAsync<OperationCanceledException>(() => Handler(4_000).HandleAsync(new(import, "ana"), new Told<RollbackProgress>(_ => stop.Cancel()), stop.Token));
            var removed = await database.ScalarAsync<long>("select removed from padron.import_rollbacks");
            removed.ShouldBeInRange(before + 1, before + 4_000); // a contact has an event or two, and a batch is of positions
            removed.ShouldBe(sample.Truth.Imported - await database.ScalarAsync<long>("select count(*) from read.contact_states"));
            before = removed;
            (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));
            await database.CatchUpAsync();
            (await database.Get<ImportQueries>().GetAsync(import))!.Status.ShouldBe("ROLLING_BACK");
            (await Should.ThrowAsync<RuleViolationException>(() => database.ImportAsync(sample.Database, resume: true))).Code.ShouldBe("nothing_to_resume");
        }

        (await RollBackAsync(import, batchSize: 7_000)).ShouldBe(new(import, Changed: true, sample.Truth.Imported, Withdrawn: 0));

        (await database.CountContactEventsAsync()).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from read.contact_counts")).ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_whose_commit_failed_is_as_if_it_had_not_been_tried()
    {
        using var file = new ContactFile().Add(Number(0)).Add(Number(1));
        var import = (await database.ImportAsync(file.Path)).ImportId;
        await database.ExecuteAsync("""
            create function public.fail() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$;
            create constraint trigger fail after update on padron.import_rollbacks deferrable initially deferred for each row execute function public.fail()
            """);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => RollBackAsync(import));
        (await ContactTables.ReadAsync(database)).States.Count.ShouldBe(2);
        await database.ExecuteAsync("drop trigger fail on padron.import_rollbacks");

        (await RollBackAsync(import)).Removed.ShouldBe(2);
    }

    [Fact]
    public async Task An_interrupted_import_can_be_rolled_back_and_imported_anew_and_a_running_one_not()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.GivenAStrangerAsync();
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => ImportAsync(
            async running =>
            {
                (await Should.ThrowAsync<RuleViolationException>(() => RollBackAsync(running))).Code.ShouldBe("import_running");
                await stop.CancelAsync();
            },
            stop.Token));
        var import = await database.OnlyImportAsync();

        (await RollBackAsync(import)).Removed.ShouldBe((await database.Get<ImportBoard>().ReadAsync(import))!.Tally.Imported);

        (await database.CountContactEventsAsync()).ShouldBe(1); // the stranger's
        (await Should.ThrowAsync<RuleViolationException>(() => database.ImportAsync(sample.Database, resume: true))).Code.ShouldBe("nothing_to_resume");
        (await database.ImportAsync(sample.Database)).Tally.ShouldBeTheTruth(sample.Truth);
    }

    [Fact]
    public async Task A_process_that_lost_touch_while_its_import_was_rolled_back_stores_nothing_any_more()
    {
        await database.GivenAStrangerAsync();
        var refused = await Should.ThrowAsync<RuleViolationException>(() => ImportAsync(async running =>
        {
            const string Presences = "pg_locks where locktype = 'advisory' and mode = 'ShareLock' and database = (select oid from pg_database where datname = current_database())";
            (await database.ScalarAsync<bool>($"select pg_terminate_backend(pid) from {Presences}")).ShouldBeTrue();
            await Eventually.TrueAsync(() => database.ScalarAsync<bool>($"select not exists (select from {Presences})"));
            await RollBackAsync(running);
        }));

        refused.Code.ShouldBe("import_rolled_back");
        (await database.CountContactEventsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task An_initial_load_that_was_interrupted_is_given_up()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportUntilAsync(sample.Database, rows: 3_000, batchSize: 1_000);
        var import = await database.OnlyImportAsync();

        (await RollBackAsync(import)).ShouldBe(new(import, Changed: true, Removed: 0, Withdrawn: 0)); // none of it had come into the register

        (await database.ScalarAsync<bool>("select exists (select from bulk.load) or exists (select from padron.import_ranges)")).ShouldBeFalse();
        (await database.ImportAsync(sample.Database)).Tally.ShouldBeTheTruth(sample.Truth);
    }

    [Fact]
    public async Task Opt_outs_that_come_while_it_runs_are_never_lost()
    {
        await database.LoadPlanAsync(sample.Plan);
        var import = (await database.ImportAsync(sample.Database)).ImportId;
        var phones = (await PhonesAsync()).Chunk(40).Select(some => some[0]).ToArray();
        var next = -1;

        var optingOut = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < phones.Length)
                await database.Contacts.ExecuteAsync(phones[i], new OptOutContact(phones[i], OptOutMethod.Api, "ALTO", "ana", At), ContactDecider.Decide, EventMetadata.None);
        })).ToArray();
        var result = await RollBackAsync(import, batchSize: 500);
        await Task.WhenAll(optingOut);
        await database.CatchUpAsync();

        (result.Removed + result.Withdrawn).ShouldBe(sample.Truth.Imported);
        (await database.ScalarAsync<long>("select count(*) from read.contacts where status = 'OPTED_OUT'")).ShouldBe(phones.Length);
        (await database.ScalarAsync<long>("select count(*) from read.contacts where status <> 'OPTED_OUT'")).ShouldBe(0);
        foreach (var phone in phones[..20])
            (await database.Contacts.LoadAsync(phone)).Status.ShouldBe(ContactStatus.OptedOut);
        var rows = await ContactTables.ReadAsync(database);
        await database.Rebuild.RunAsync(ContactsProjection.Definition);
        (await ContactTables.ReadAsync(database)).ShouldBe(rows);
    }

    [Fact]
    public async Task An_opt_out_in_flight_is_waited_for_and_kept()
    {
        using var file = new ContactFile().Add(Number(0)).Add(Number(1));
        var import = (await database.ImportAsync(file.Path)).ImportId;
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await StreamRemoval.LockAsync(connection, [Id(0)]); // as the append below does first

        var rollingBack = Task.Run(() => RollBackAsync(import));
        await Eventually.TrueAsync(() => database.ScalarAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%mt_streams%for update%')"));
        var history = await database.Store.ReadStreamAsync(Id(0));
        var optOut = ContactDecider.Decide(OptOut(0), await database.Contacts.LoadAsync(Phone(0)));
        (await database.Store.On(transaction).AppendAsync(new(Id(0), history.Count, optOut))).ShouldBeOfType<AppendResult.Appended>();
        await transaction.CommitAsync();

        (await rollingBack).ShouldBe(new(import, Changed: true, Removed: 1, Withdrawn: 1));
        (await database.Contacts.LoadAsync(Phone(0))).Status.ShouldBe(ContactStatus.OptedOut);
    }

    [Fact]
    public async Task It_waits_for_the_projection_and_a_rebuild_afterwards_gives_the_same_rows()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.GivenAStrangerAsync();
        var import = (await database.ImportAsync(sample.Database)).ImportId; // nothing of it is projected

        (await RollBackAsync(import, batchSize: 4_000)).Removed.ShouldBe(sample.Truth.Imported);
        await database.CatchUpAsync();
        var rows = await ContactTables.ReadAsync(database);
        rows.States.ShouldHaveSingleItem().Status.ShouldBe("OPTED_OUT");

        await database.Rebuild.RunAsync(ContactsProjection.Definition);

        (await ContactTables.ReadAsync(database)).ShouldBe(rows);
        (await database.Statuses.ReadAsync()).ShouldAllBe(projection => projection.Behind == 0);
    }

    [Fact]
    public async Task A_corrected_file_adds_only_what_was_missing()
    {
        using var file = new ContactFile().Add(Number(0)).Add("=1+1").Add("-55 12").Add(Number(1));
        var first = await database.ImportAsync(file.Path);
        (first.Tally.Imported, first.Tally.RejectedTotal).ShouldBe((2, 2));
        var events = await database.CountContactEventsAsync();
        var csv = new StringWriter { NewLine = "\n" };
        await RejectionSheet.WriteAsync(csv, database.Get<ImportQueries>().RejectionsAsync(first.ImportId));
        csv.ToString().Split('\n')[..3].Select(line => line[..line.LastIndexOf(',')]).ShouldBe(["row,value", "2,\"'=1+1\"", "3,\"'-55 12\""]);

        file.Execute("update numeros set numero = $0 where id = 2", Number(2));
        file.Execute("update numeros set numero = $0 where id = 3", Number(3));
        var second = await database.ImportAsync(file.Path);

        (second.Tally.Imported, second.Tally.AlreadyKnown, second.Tally.RejectedTotal).ShouldBe((2, 2, 0));
        (await database.CountContactEventsAsync()).ShouldBe(events + 2);
        await database.CatchUpAsync();
        (await database.ScalarAsync<long>("select count(*) from read.contacts")).ShouldBe(4);
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    /// <summary>Imports the sample, and does something when 3,000 rows are stored and the next batch has not begun.</summary>
    async Task ImportAsync(Func<Guid, Task> act, CancellationToken ct = default)
    {
        var standing = new TaskCompletionSource<Guid>();
        using var goOn = new SemaphoreSlim(0);
        var importing = Task.Run(
            () => database.ImportAsync(sample.Database, batchSize: 1_000, tell: progress =>
            {
                if (progress.RowsRead == 3_000 && standing.TrySetResult(progress.ImportId))
                    goOn.Wait(CancellationToken.None);
            }, ct: ct),
            CancellationToken.None);
        try
        {
            await act(await standing.Task);
        }
        finally
        {
            goOn.Release();
        }

        await importing;
    }

    RollbackImportHandler Handler(int batchSize) =>
        new(database.Store, database.Get<Streams>(), database.CatchUp, PadronDatabase.Key, TimeProvider.System) { BatchSize = batchSize };

    Task<RollbackResult> RollBackAsync(Guid import, int batchSize = 20_000) => Handler(batchSize).HandleAsync(new(import, "ana"));

    Task ExecuteAsync<TCommand>(int row, TCommand command, Func<TCommand, Contact, ContactEvent[]> decide) =>
        database.Contacts.ExecuteAsync(Phone(row), command, decide, EventMetadata.None);

    async Task<PhoneNumber[]> PhonesAsync() =>
        [.. (await database.RowsAsync("select phone - 520000000000 as national from read.contact_states")).Select(row => PhoneNumber.Mexican(long.Parse(row[12..^1], CultureInfo.InvariantCulture)))];

    static OptOutContact OptOut(int row) => new(Phone(row), OptOutMethod.SmsKeyword, "ALTO", null, At);

    static string Number(int row) => (5512345600 + row).ToString(CultureInfo.InvariantCulture);

    static PhoneNumber Phone(int row) => PhoneNumber.Mexican(5512345600 + row);

    static Guid Id(int row) => PadronDatabase.Key.IdOf(Phone(row));
}
