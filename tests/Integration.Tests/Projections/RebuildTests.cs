using Npgsql;
using Padron.Application.Extractions;
using Padron.Application.Imports.Rollback;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;
using Padron.Projections;
using Padron.Projections.Contacts;
using Padron.Projections.Rebuilds;

namespace Padron.Integration.Tests.Projections;

/// <summary>Rebuilds of the contacts beside the live tables, among all that goes on meanwhile.</summary>
public sealed class RebuildTests : IAsyncLifetime
{
    const int Contacts = 200;
    const string PreparedCount = "select count(*) from read.contacts where state_code = 'CDMX'";

    static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly SqlProjection Unit = ContactsProjection.Definition;

    readonly PadronDatabase database = new();
    IReadOnlyList<PhoneNumber> phones = [];

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        phones = await database.GivenVerifiedAsync(Contacts);
        await OptOutAsync(phones[0]);
        await database.CatchUpAsync();
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Readers_extractions_and_appends_go_on_without_an_error_and_the_rows_are_exact()
    {
        using var stop = new CancellationTokenSource();
        using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 1, ApplicationName = "readers" });
        var folder = Directory.CreateTempSubdirectory("padron-rebuild-");
        var (read, appended, extracted) = (0, 0, 0);
        Task[] others =
        [
            // Prepared once, on one connection: it must find the new tables by the old statement.
            CountPreparedAsync(() => read++, stop.Token),
            UntilAsync(async () =>
            {
                await using var connection = await pool.OpenConnectionAsync();
                (await CountAsync(connection, "select sum(contacts)::bigint from read.contact_counts")).ShouldBeGreaterThanOrEqualTo(Contacts);
                (await CountAsync(connection, "select count(*) from read.contact_states s join read.contact_profiles p using (id)")).ShouldBeGreaterThanOrEqualTo(Contacts);
            }, stop.Token),
            UntilAsync(async () =>
            {
                await database.GivenVerifiedAsync(5, firstNational: 5520000000 + (appended++ * 5));
                await OptOutAsync(PhoneNumber.Mexican(5520000000 + ((appended - 1) * 5)));
                await database.CatchUp.RunAsync(TimeSpan.Zero);
            }, stop.Token),
            UntilAsync(() => database.Get<ExtractContactsHandler>().HandleAsync(
                new(new(SelectionKind.State, StateCode: "CDMX"), 3, ExtractionFormat.Txt, Path.Combine(folder.FullName, $"{extracted++}.txt"), Seed: null, "ana")), stop.Token),
        ];

        foreach (var options in (RebuildOptions[])[new(), new(Verify: true, Keep: true), new(Keep: true)])
        {
            var before = (Volatile.Read(ref read), Volatile.Read(ref appended), Volatile.Read(ref extracted));
            var result = await Rebuild(pageSize: 50).RunAsync(Unit, options);
            result.Differences?.ShouldAllBe(table => table.IsNone);
            await Eventually.TrueAsync(() => Task.FromResult(read > before.Item1 && appended > before.Item2 && extracted > before.Item3), "all went on after the swap");
        }

        await database.Rebuild.RevertAsync(Unit);
        await stop.CancelAsync();
        await Task.WhenAll(others);
        folder.Delete(recursive: true);

        // Not by ExpectedContacts: extractions are dated by the clock, finer than the tables are.
        await database.CatchUpAsync();
        (await Rebuild(pageSize: 7, usesFreshFold: false).RunAsync(Unit, new(Verify: true, Swap: false))).Differences!.ShouldAllBe(table => table.IsNone);
        (await database.ScalarAsync<long>("select count(*) from read.contacts where status = 'EXTRACTED'")).ShouldBePositive();
        (await database.ScalarAsync<long>("select count(*) - count(distinct stream_id) from events.mt_events where type = 'contact_extracted'")).ShouldBe(0);
    }

    [Fact]
    public async Task Tables_indexes_constraints_options_and_views_are_afterwards_as_they_were()
    {
        await database.ExecuteAsync("grant select on read.contact_states, read.contacts to public");
        await database.ExecuteAsync("comment on table read.contact_profiles is 'it''s'; comment on index read.contact_states_phone is 'one number, one contact'; comment on view read.contacts is 'one row a contact'");
        await database.ExecuteAsync("create view public.verified as select id from read.contacts where status = 'VERIFIED'");
        await database.ExecuteAsync("alter table read.contact_profiles set (autovacuum_vacuum_scale_factor = 0.05)");
        var before = await CatalogAsync();

        foreach (var projection in ReadModels.All)
            await database.Rebuild.RunAsync(projection, new(Keep: true));
        (await CatalogAsync()).ShouldBe(before);
        foreach (var projection in ReadModels.All)
            await database.Rebuild.RevertAsync(projection);
        (await CatalogAsync()).ShouldBe(before);

        (await database.ScalarAsync<bool>("select bool_and(has_table_privilege('public', t, 'select')) from unnest('{read.contact_states,read.contacts}'::text[]) t")).ShouldBeTrue();
        (await database.ScalarAsync<long>("select count(*) from public.verified")).ShouldBe(Contacts - 1);
    }

    [Fact]
    public async Task A_reader_that_holds_one_table_and_waits_behind_the_swap_for_another_is_never_told_of_a_deadlock()
    {
        const string swapWaits = "select exists (select from pg_locks where mode = 'AccessExclusiveLock' and not granted and relation = 'read.contact_count_days'::regclass and database = (select oid from pg_database where datname = current_database()))";
        await using var reader = await database.DataSource.OpenConnectionAsync();
        var rebuilding = Task.CompletedTask;
        for (var reads = 0; reads < 4; reads++) // more than there are lengths of patience
        {
            await using var reading = await reader.BeginTransactionAsync();
            await CountAsync(reader, "select count(*) from read.contact_count_days");
            if (reads == 0)
                rebuilding = Task.Run(() => database.Rebuild.RunAsync(Unit));
            await Eventually.TrueAsync(() => database.ScalarAsync<bool>(swapWaits), "the swap waits, and has locked what comes before");
            (await CountAsync(reader, "select count(*) from read.contact_profiles")).ShouldBe(Contacts);
            rebuilding.IsCompleted.ShouldBeFalse();
        }

        await rebuilding;
        (await database.ScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()")).ShouldBe(0);
    }

    [Fact]
    public async Task A_long_reader_delays_the_swap_and_nobody_else()
    {
        await using var reader = await database.DataSource.OpenConnectionAsync();
        await using var reading = await reader.BeginTransactionAsync();
        await CountAsync(reader, PreparedCount);
        var tries = 0L;

        var rebuilding = Task.Run(() => database.Rebuild.RunAsync(Unit, progress: Told(progress => tries = progress.Step is RebuildStep.Swap ? progress.Of : tries)));
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref tries) >= 3), "the swap was tried again");
        (await database.ScalarAsync<long>(PreparedCount)).ShouldBe(Contacts);
        await OptOutAsync(phones[1]);
        await database.CatchUpAsync();
        (await database.ScalarAsync<long>("select count(*) from read.contacts where status = 'OPTED_OUT'")).ShouldBe(2);
        rebuilding.IsCompleted.ShouldBeFalse();
        await reading.RollbackAsync();

        (await rebuilding).Swapped.ShouldBeTrue();
        await ShouldBeExactAsync();
    }

    [Theory]
    [InlineData(RebuildStep.Fold)]
    [InlineData(RebuildStep.FoldLate)]
    [InlineData(RebuildStep.Index)]
    [InlineData(RebuildStep.Compare)]
    [InlineData(RebuildStep.Swap)]
    public async Task Cancelled_at_any_step_it_leaves_the_live_tables_and_nothing_of_its_own(RebuildStep step)
    {
        await BreakAsync();
        var rows = await ContactTables.ReadAsync(database);
        using var cancel = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => Rebuild(pageSize: 50).RunAsync(Unit, new(Verify: true), Told(progress =>
        {
            if (progress.Step == step)
                cancel.Cancel();
        }), cancel.Token));

        (await ContactTables.ReadAsync(database)).ShouldBe(rows);
        await NothingShouldBeLeftAsync();
        (await database.Rebuild.RunAsync(Unit)).Swapped.ShouldBeTrue();
        await ShouldBeExactAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_comparison_shows_what_differs_and_mends_it_unless_it_shall_not(bool swap)
    {
        await BreakAsync();

        var result = await database.Rebuild.RunAsync(Unit, new(Verify: true, Swap: swap));

        var tables = result.Differences!.ToDictionary(table => table.Table);
        tables["read.contact_profiles"].ShouldSatisfyAllConditions(
            profiles => (profiles.OnlyLive, profiles.OnlyRebuilt, profiles.Different).ShouldBe((0, 7, 0)),
            profiles => profiles.Examples.Count.ShouldBe(5),
            profiles => profiles.Examples.ShouldAllBe(row => row.Kind == "only_rebuilt" && row.Columns == ""));
        tables["read.contact_states"].ShouldSatisfyAllConditions(
            states => (states.OnlyLive, states.OnlyRebuilt, states.Different).ShouldBe((1, 0, 3)),
            states => states.Examples.Where(row => row.Kind == "different").Select(row => row.Columns).Distinct().ShouldBe(["carrier, version"]),
            states => states.Examples.Single(row => row.Kind == "only_live").Key.ShouldBe("00000000-0000-0000-0000-000000000001"));
        tables["read.contact_counts"].ShouldSatisfyAllConditions(
            counts => counts.Different.ShouldBePositive(),
            counts => counts.Examples.ShouldAllBe(row => row.Columns == "contacts" && row.Key.StartsWith("CDMX", StringComparison.Ordinal)));
        (result.Swapped, result.Position).ShouldBe((swap, (await database.Statuses.ReadAsync())[0].HighWaterMark));
        var again = await database.Rebuild.RunAsync(Unit, new(Verify: true, Swap: false));
        again.Differences!.All(table => table.IsNone).ShouldBe(swap);
        await NothingShouldBeLeftAsync();
    }

    [Fact]
    public async Task Kept_tables_come_back_with_the_events_since_and_so_do_those_they_replace()
    {
        await BreakAsync();
        await database.Rebuild.RunAsync(Unit, new(Keep: true));
        await ShouldBeExactAsync();
        await database.GivenVerifiedAsync(3, firstNational: 5520000000);
        await OptOutAsync(phones[2]);

        await database.Rebuild.RevertAsync(Unit);

        (await database.ScalarAsync<long>("select count(*) from read.contact_states where carrier = 'nobody'")).ShouldBe(3, "the broken rows are back");
        (await database.ScalarAsync<long>("select count(*) from read.contact_states where phone >= 525520000000")).ShouldBe(3);
        (await database.ScalarAsync<long>("select count(*) from read.contacts where status = 'OPTED_OUT'")).ShouldBe(2);
        (await database.Statuses.ReadAsync())[0].Behind.ShouldBe(0);

        await database.Rebuild.RevertAsync(Unit);
        await ShouldBeExactAsync();
        await database.Rebuild.RunAsync(Unit);
        await ShouldBeRefusedAsync("nothing_kept", () => database.Rebuild.RevertAsync(Unit));
        await NothingShouldBeLeftAsync();
    }

    [Fact]
    public async Task Kept_tables_that_lack_what_the_live_ones_have_got_since_are_refused()
    {
        await database.Rebuild.RunAsync(Unit, new(Keep: true));
        await database.ExecuteAsync("create index new_one on read.contact_states (carrier)");

        await ShouldBeRefusedAsync("kept_tables_differ", () => database.Rebuild.RevertAsync(Unit));

        await ShouldBeExactAsync();
        (await database.ScalarAsync<long>("select count(*) from bulk.rebuilds")).ShouldBe(0);
    }

    [Fact]
    public async Task Contacts_that_a_rollback_takes_back_meanwhile_do_not_come_again()
    {
        using var file = new ContactFile().Add("5599999998").Add("5599999999");
        var import = (await database.ImportAsync(file.Path)).ImportId;
        await database.CatchUpAsync();
        await database.Rebuild.RunAsync(Unit, new(Keep: true));

        await using (var hold = await Hold.TableAsync(database, "read.contact_states", "access share"))
        {
            var rebuilding = Task.Run(() => database.Rebuild.RunAsync(Unit, new(Keep: true)));
            await hold.WaitedForAsync(database, "lock table");
            (await database.Get<RollbackImportHandler>().HandleAsync(new(import, "ana"))).Removed.ShouldBe(2);
            await ShouldBeRefusedAsync("rebuild_outdated", () => rebuilding);
        }

        await ShouldBeRefusedAsync("nothing_kept", () => database.Rebuild.RevertAsync(Unit));
        (await database.ScalarAsync<long>("select count(*) from read.contacts")).ShouldBe(Contacts);
        await database.Rebuild.RunAsync(Unit);
        await ShouldBeExactAsync();
    }

    [Fact]
    public async Task It_begins_after_whoever_writes_the_projection()
    {
        Task<RebuildResult> rebuilding;
        await using (var leader = await Hold.WriterOfAsync(database, Unit))
        {
            rebuilding = Task.Run(() => database.Rebuild.RunAsync(Unit));
            await Eventually.TrueAsync(() => database.ScalarAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"));
            (await database.ScalarAsync<bool>("select to_regnamespace('rebuilding_contacts') is null")).ShouldBeTrue();
        }

        (await rebuilding).Swapped.ShouldBeTrue();
        await ShouldBeExactAsync();
    }

    [Fact]
    public async Task There_is_one_at_a_time_of_a_projection()
    {
        RuleViolationException? second = null;
        await database.Rebuild.RunAsync(Unit, progress: Told(progress =>
        {
            if (progress.Step is RebuildStep.Fold)
                second ??= Should.Throw<RuleViolationException>(() => Task.Run(() => database.Rebuild.RunAsync(Unit)));
        }));

        second.ShouldNotBeNull().Code.ShouldBe("rebuild_running");
        await ShouldBeExactAsync();
    }

    [Fact]
    public async Task What_would_stay_with_the_old_table_refuses_it_at_the_beginning()
    {
        await database.ExecuteAsync("create function public.of_contact(s read.contact_states) returns uuid language sql return s.id");

        (await Should.ThrowAsync<TableShapeException>(() => database.Rebuild.RunAsync(Unit))).Message.ShouldContain("of_contact");

        await NothingShouldBeLeftAsync();
    }

    [Fact]
    public async Task It_is_refused_while_an_initial_load_is_under_way()
    {
        await database.ExecuteAsync("insert into bulk.load (id, floor, started_at) values (gen_random_uuid(), 0, now())");

        await Should.ThrowAsync<StreamsLoadingException>(() => database.Rebuild.RunAsync(Unit));

        await NothingShouldBeLeftAsync();
    }

    ProjectionRebuild Rebuild(int pageSize, bool usesFreshFold = true) =>
        new(database.DataSource, database.CatchUp, TimeProvider.System) { PageSize = pageSize, FreshPageSize = pageSize, UsesFreshFold = usesFreshFold };

    // Rows that no event has made: some gone, some changed, one too many.
    async Task BreakAsync()
    {
        await database.ExecuteAsync("delete from read.contact_profiles where id in (select id from read.contact_profiles order by id limit 7)");
        await database.ExecuteAsync("update read.contact_states set carrier = 'nobody', version = 99 where id in (select id from read.contact_states order by id desc limit 3)");
        await database.ExecuteAsync("insert into read.contact_states (id, version, created_at, updated_at) values ('00000000-0000-0000-0000-000000000001', 1, now(), now())");
        await database.ExecuteAsync("update read.contact_counts set contacts = contacts + 1");
    }

    async Task ShouldBeExactAsync()
    {
        await database.CatchUpAsync();
        (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));
    }

    async Task NothingShouldBeLeftAsync()
    {
        (await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname ~ '^(rebuilding|replaced|previous)_'")).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from bulk.rebuilds")).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from events.mt_event_progression where name ~ ':(Rebuilding|Previous)$'")).ShouldBe(0);
    }

    static async Task ShouldBeRefusedAsync(string code, Func<Task> work) => (await Should.ThrowAsync<RuleViolationException>(work)).Code.ShouldBe(code);

    Task OptOutAsync(PhoneNumber phone) =>
        database.Contacts.ExecuteAsync(phone, new OptOutContact(phone, OptOutMethod.Api, "ALTO", "ana", At), ContactDecider.Decide, EventMetadata.None);

    async Task<IReadOnlyList<string>> CatalogAsync() =>
    [
        .. await RegisterRows.ShapeAsync(database.ConnectionString),
        .. await database.RowsAsync("select c.relname, c.relacl, obj_description(c.oid, 'pg_class') as comment from pg_class c where relnamespace = 'read'::regnamespace"),
    ];

    static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    static async Task UntilAsync(Func<Task> work, CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
            await work();
    }

    async Task CountPreparedAsync(Action after, CancellationToken stop)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(PreparedCount, connection);
        await command.PrepareAsync(CancellationToken.None);
        await UntilAsync(async () =>
        {
            ((long)(await command.ExecuteScalarAsync(CancellationToken.None))!).ShouldBeGreaterThanOrEqualTo(Contacts);
            after();
        }, stop);
    }

    static Told<RebuildProgress> Told(Action<RebuildProgress> tell) => new(tell);
}
