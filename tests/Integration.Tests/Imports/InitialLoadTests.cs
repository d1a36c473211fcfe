using Npgsql;
using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Application.Imports;
using Padron.Application.Imports.Rollback;
using Padron.Application.Imports.Watching;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Projections;
using Padron.Integration.Tests.Samples;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Imports;

/// <summary>The import into an empty register: the same result as by appends, whole at every moment, and nobody else writes meanwhile.</summary>
public sealed class InitialLoadTests(ImportSample sample) : IClassFixture<ImportSample>, IAsyncLifetime
{
    const int BatchSize = 1_000;

    readonly PadronDatabase database = new();

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    public async Task It_leaves_what_the_import_by_appends_leaves(long seed)
    {
        using var file = new SampleFolder();
        await file.WriteAsync(5_000, seed: seed);
        var appended = new PadronDatabase();
        await appended.InitializeAsync();
        foreach (var each in (PadronDatabase[])[database, appended])
            await each.LoadPlanAsync(file.Plan);
        await appended.GivenAStrangerAsync();

        var byLoad = await database.ImportAsync(file.Database, batchSize: 700);
        var byAppends = await appended.ImportAsync(file.Database, batchSize: 700);
        // The stranger made the other register take the appends; what there is of him is not compared.
        await appended.CatchUpAsync();
        foreach (var his in (string[])["events.mt_events where type = 'contact_opted_out'", "read.contact_states where opted_out_at is not null", "read.contact_counts where status = 'OPTED_OUT'", "read.contact_count_history where status = 'OPTED_OUT'"])
            await appended.ExecuteAsync($"delete from {his}");

        byLoad.Tally.ShouldBeEquivalentTo(byAppends.Tally);
        (await RegisterRows.DigestAsync(database.ConnectionString, without: "bare")).ShouldBe(await RegisterRows.DigestAsync(appended.ConnectionString, without: "bare"));
        await appended.DisposeAsync();
    }

    [Fact]
    public async Task The_read_models_are_those_that_a_rebuild_makes_of_the_events()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportAsync(sample.Database);
        await database.CatchUpAsync();
        var loaded = await ContactTables.ReadAsync(database);
        loaded.States.Count.ShouldBe((int)sample.Truth.Imported);

        await database.Rebuild.RunAsync(ContactsProjection.Definition);

        loaded.ShouldBe(await ContactTables.ReadAsync(database));
    }

    [Fact]
    public async Task Dirty_text_makes_the_rows_that_a_rebuild_makes()
    {
        using var file = new ContactFile();
        foreach (var (row, text) in ((string[])["  mérida\u00A0 yucatán ", "ÑANDÚ\u0085", "DURAN\u200BGO", "Ciudad\tDe\nMéxico", "ỹ İ ß ﬁ Ā ç Ç", "e\u0301 A\u030A", "\u1680x\u3000y", "JOS\u00C3\u2030", "🙂 é", "\0\0", "N/A"]).Index())
            file.Add($"55123456{row:00}", name: text, original: text, address: text, state: text, city: text, municipality: text, date: "2023-12-31 23:59:58.123456");
        await database.ImportAsync(file.Path);
        var loaded = await ContactTables.ReadAsync(database);
        loaded.States.Count.ShouldBe(11);

        await database.Rebuild.RunAsync(ContactsProjection.Definition);

        loaded.ShouldBe(await ContactTables.ReadAsync(database));
    }

    [Fact]
    public async Task Of_duplicates_the_lowest_row_speaks_also_over_the_borders_of_ranges_and_lanes()
    {
        using var file = new ContactFile();
        for (var row = 0; row < 60; row++)
            file.Add($"55 1234 56{row % 20:00}", name: $"FILA {row}");

        var tally = (await database.Importer(batchSize: 7, lanes: 4).HandleAsync(new(file.Path, Resume: false, "ana"))).Tally;

        (tally.RowsRead, tally.Imported, tally.Duplicates, tally.AlreadyKnown).ShouldBe((60, 20, 40, 0));
        (await database.ScalarAsync<long>("select max(source_row) from read.contact_profiles")).ShouldBe(20);
    }

    [Fact]
    public async Task Tables_indexes_view_and_sequence_are_afterwards_as_they_were()
    {
        var before = await RegisterRows.ShapeAsync(database.ConnectionString);

        await database.ImportAsync(sample.Database);

        (await RegisterRows.ShapeAsync(database.ConnectionString)).ShouldBe(before);
        before.Count(line => line.StartsWith("CREATE", StringComparison.Ordinal)).ShouldBeGreaterThan(10);
        (await database.ScalarAsync<bool>("select exists (select from bulk.load) or exists (select from padron.import_ranges)")).ShouldBeFalse();
        (await database.ScalarAsync<long>("select count(*) from pg_stats where schemaname = 'events' and tablename = 'mt_events' and attname = 'type'")).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_appended_afterwards_goes_to_new_pages_and_leaves_those_of_the_load_as_they_are()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportAsync(sample.Database, batchSize: ImportSample.Rows); // in one range: each leaves a page that it has only begun
        await database.ExecuteAsync("vacuum events.mt_events"); // after which the server knows what is free on each page
        var lastPage = await database.ScalarAsync<long>("select pg_relation_size('events.mt_events') / current_setting('block_size')::integer - 1");
        var (id, request) = (Guid.CreateVersion7(), new ExtractionRequested(new(SelectionKind.State, StateCode: "CDMX"), 200, ExtractionFormat.Txt, Seed: null, "ana", DateTimeOffset.UnixEpoch));
        await database.Store.AppendAsync(id, 0, [request], EventMetadata.None);

        (await database.Get<Claim>().RunAsync(id, request, EventMetadata.None)).ShouldBe(200);

        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted' and (ctid::text::point)[0] < $1", lastPage)).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // by appends
    public async Task The_short_events_of_a_range_come_last_and_fill_what_the_long_ones_left_of_their_pages(bool hasAStranger)
    {
        await database.LoadPlanAsync(sample.Plan);
        if (hasAStranger)
            await database.GivenAStrangerAsync();
        await database.ImportAsync(sample.Database);

        // In the order of their positions there would be both on every page.
        (await database.ScalarAsync<decimal>(
            """
            select avg(is_mixed::integer)
              from (
                select count(distinct version) > 1 as is_mixed from events.mt_events where type like 'contact%' group by (ctid::text::point)[0]
              ) pages
            """)).ShouldBeInRange(0.01m, 0.8m);
    }

    [Fact]
    public async Task What_a_range_brought_lies_in_the_order_in_which_extractions_take_it()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportAsync(sample.Database, batchSize: ImportSample.Rows);

        // In no order it would be every second one. A short row may fit on an earlier page.
        foreach (var table in (string[])["events.mt_streams", "read.contact_states", "read.contact_profiles"])
        {
            (await database.ScalarAsync<decimal>(
                $"select avg((id < before)::integer) from (select id, lag(id) over (order by ctid) as before from {table} where id in (select id from read.contact_states)) c"))
                .ShouldBeLessThan(0.05m, table);
        }
    }

    [Fact]
    public async Task Grants_and_comments_survive_it()
    {
        await database.ExecuteAsync("grant select on events.mt_events, read.contact_states, read.contacts to public");
        await database.ExecuteAsync("comment on table read.contact_profiles is 'it''s'");
        await database.ExecuteAsync("comment on view read.contacts is 'one row a contact'");
        await database.ExecuteAsync("create view public.verified as select id from read.contacts where status = 'VERIFIED'");

        await database.ImportAsync(sample.Database);

        (await database.ScalarAsync<bool>("select bool_and(has_table_privilege('public', t, 'select')) from unnest('{events.mt_events,read.contact_states,read.contacts}'::text[]) t")).ShouldBeTrue();
        (await database.ScalarAsync<string>("select obj_description('read.contact_profiles'::regclass)")).ShouldBe("it's");
        (await database.ScalarAsync<string>("select obj_description('read.contacts'::regclass)")).ShouldBe("one row a contact");
        (await database.ScalarAsync<long>("select count(*) from public.verified")).ShouldBe(0);
    }

    [Fact]
    public async Task Cancelled_with_a_range_missing_in_the_middle_it_goes_on_and_ends_as_one_that_was_left_alone()
    {
        await database.LoadPlanAsync(sample.Plan);
        using var stop = new CancellationTokenSource();
        await using var hold = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await hold.BeginTransactionAsync();

        // The lane that comes to row 1,001 stands still before its commit, while the other goes on.
        await Should.ThrowAsync<OperationCanceledException>(() => database.ImportAsync(sample.Database, BatchSize, tell: progress =>
        {
            if (progress.RowsRead == 0)
                Execute(hold, "insert into padron.import_ranges select import_id, 1001, 0 from padron.import_checkpoints");
            if (progress.RowsRead == 5_000)
                stop.Cancel();
        }, ct: stop.Token));
        await transaction.RollbackAsync();

        (await database.ScalarAsync<long>("select count(*) from padron.import_ranges")).ShouldBe(5);
        (await database.ScalarAsync<bool>("select exists (select from padron.import_ranges where first_row = 1001)")).ShouldBeFalse();
        (await database.CountContactEventsAsync()).ShouldBe(0);
        var import = await database.OnlyImportAsync();
        (await database.Store.ReadStreamAsync(import))[^1].Data.ShouldBeOfType<ImportInterrupted>().Tally.RowsRead.ShouldBe(5_000);

        var result = await database.ImportAsync(sample.Database, batchSize: 777, resume: true);

        result.ImportId.ShouldBe(import);
        result.Tally.ShouldBeTheTruth(sample.Truth);
        await ShouldBeAsIfLeftAloneAsync();
        (await database.HistoryAsync(import)).ShouldBe([nameof(ImportStarted), nameof(ImportInterrupted), nameof(ImportResumed), nameof(ImportCompleted)]);
    }

    [Fact]
    public async Task Cancelled_while_indexes_are_built_it_goes_on_with_the_others()
    {
        await database.LoadPlanAsync(sample.Plan);
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => database.ImportAsync(sample.Database, BatchSize, tell: progress =>
        {
            if (progress.Indexes is { Built: 3 })
                stop.Cancel();
        }, ct: stop.Token));
        (await database.ScalarAsync<bool>("select is_filled from bulk.load")).ShouldBeTrue();
        (await database.ScalarAsync<long>("select count(*) from pg_indexes where schemaname = 'loading'")).ShouldBeInRange(3, 8);

        List<IndexProgress> indexes = [];
        var result = await database.ImportAsync(sample.Database, resume: true, tell: progress =>
        {
            if (progress.Indexes is { } told)
                indexes.Add(told);
        });

        indexes[0].Built.ShouldBeInRange(3, 8);
        indexes[^1].Built.ShouldBe(indexes[^1].Of);
        result.Tally.ShouldBeTheTruth(sample.Truth);
        await ShouldBeAsIfLeftAloneAsync();
    }

    [Fact]
    public async Task While_it_loads_contacts_can_be_neither_changed_nor_extracted_and_all_else_goes_on()
    {
        await database.LoadPlanAsync(sample.Plan);
        await WhileLoadingAsync(async () =>
        {
            var phone = PhoneNumber.Mexican(5512345678);
            await Should.ThrowAsync<StreamsLoadingException>(() => database.Contacts.ExecuteAsync(
                phone, new OptOutContact(phone, OptOutMethod.Api, "ALTO", "ana", DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None));
            await Should.ThrowAsync<StreamsLoadingException>(() => database.Get<AvailabilityQueries>().CountAsync(new Selection(SelectionKind.Premium)));
            using var other = new ContactFile().Add("5512345678");
            await Should.ThrowAsync<StreamsLoadingException>(() => database.ImportAsync(other.Path));
            (await Should.ThrowAsync<RuleViolationException>(() => database.ImportAsync(sample.Database))).Code.ShouldBe("import_unfinished");
            (await Should.ThrowAsync<RuleViolationException>(() => database.ImportAsync(sample.Database, resume: true))).Code.ShouldBe("import_running");

            // What concerns no contact is appended, and shown.
            await database.Store.AppendAsync(Guid.CreateVersion7(), 0, [new ImportInterrupted("test", ImportTally.Zero, DateTimeOffset.UnixEpoch)], EventMetadata.None);
            await database.CatchUpAsync();
            (await database.Get<ImportQueries>().ListAsync()).ShouldHaveSingleItem().Status.ShouldBe("RUNNING");
            (await database.Get<ImportBoard>().ReadAsync(await database.OnlyImportAsync())).ShouldNotBeNull().Rows.ShouldBe(ImportSample.Rows);
        });

        await database.CatchUpAsync();
        (await database.Statuses.ReadAsync()).ShouldAllBe(projection => projection.Behind == 0);
        (await database.ScalarAsync<long>("select count(*) from read.contact_states")).ShouldBe(sample.Truth.Imported);
        (await database.ScalarAsync<bool>("select exists (select from read.contacts where opt_out_at is not null)")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_projection_that_folds_contacts_waits_for_the_end_and_misses_no_event()
    {
        await database.ExecuteAsync("create table public.seen (seq_id bigint primary key)");
        var seen = new SqlProjection("seen", ["public.seen"], ["insert into public.seen select seq_id from events.mt_events where seq_id > $1 and seq_id <= $2"]);

        await WhileLoadingAsync(async () =>
        {
            await database.Store.AppendAsync(Guid.CreateVersion7(), 0, [new ImportInterrupted("test", ImportTally.Zero, DateTimeOffset.UnixEpoch)], EventMetadata.None);
            (await database.CatchUp.RunAsync(seen, TimeSpan.Zero)).ShouldBeTrue();
        });

        (await database.CatchUp.RunAsync(seen, TimeSpan.Zero)).ShouldBeTrue();
        (await database.ScalarAsync<long>("select count(*) from public.seen")).ShouldBe(await database.ScalarAsync<long>("select count(*) from events.mt_events"));
    }

    [Fact]
    public async Task An_append_in_flight_is_waited_for_and_decides_how_the_file_is_taken()
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var stranger = new StreamAppend(PadronDatabase.Key.IdOf(PhoneNumber.Mexican(5500000001)), 0, [new ContactOptedOut(PhoneNumber.Mexican(5500000001), OptOutMethod.Api, null, null, DateTimeOffset.UnixEpoch)]);
        await database.Store.On(transaction).AppendAsync(stranger);

        var importing = Task.Run(() => database.ImportAsync(sample.Database));
        await Eventually.TrueAsync(() => database.ScalarAsync<bool>("select exists (select from pg_locks where not granted and relation = 'events.mt_streams'::regclass)"));
        await transaction.CommitAsync();

        (await importing).Tally.Imported.ShouldBe(sample.Truth.Imported);
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_opted_out'")).ShouldBe(1);
        (await database.ScalarAsync<bool>("select count(distinct timestamp) > 1 from events.mt_events where type = 'contact_imported'")).ShouldBeTrue(); // a load has one
    }

    [Fact]
    public async Task An_append_that_waits_for_the_beginning_of_the_load_is_refused_by_it()
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        (await BulkLoad.TryBeginAsync(connection, Guid.CreateVersion7(), ["contact_imported"], DateTimeOffset.UnixEpoch)).ShouldBe(BulkLoadBegin.Began);

        var appending = Task.Run(() => database.GivenAStrangerAsync());
        await Eventually.TrueAsync(() => database.ScalarAsync<bool>("select exists (select from pg_locks where not granted and relation = 'events.mt_streams'::regclass)"));
        await transaction.CommitAsync();

        await Should.ThrowAsync<StreamsLoadingException>(appending);
    }

    [Fact]
    public async Task A_load_is_resumed_with_the_plan_it_began_with()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportUntilAsync(sample.Database, rows: 1_000, BatchSize);
        await database.ExecuteAsync("update padron.numbering_plan set version = 'another'");

        (await Should.ThrowAsync<RuleViolationException>(() => database.ImportAsync(sample.Database, resume: true))).Code.ShouldBe("plan_changed");
    }

    [Fact]
    public async Task A_load_that_is_given_up_leaves_an_empty_register_that_is_open_again()
    {
        await database.LoadPlanAsync(sample.Plan);
        await database.ImportUntilAsync(sample.Database, rows: 3_000, BatchSize);
        var import = await database.OnlyImportAsync();
        var abandon = new AbandonImportHandler(database.Store, database.Get<Application.Streams>(), PadronDatabase.Key, TimeProvider.System);

        await abandon.HandleAsync(import, "ana");

        (await Should.ThrowAsync<RuleViolationException>(() => abandon.HandleAsync(import, "ana"))).Code.ShouldBe("import_not_loading");
        (await database.ScalarAsync<bool>("select exists (select from pg_namespace where nspname = 'loading') or exists (select from padron.import_rejections)")).ShouldBeFalse();
        await database.CatchUpAsync();
        var document = (await database.Get<ImportQueries>().GetAsync(import)).ShouldNotBeNull();
        (document.Status, document.Tally, document.Progress).ShouldBe(("ABANDONED", null, null));
        document.EndedAt.ShouldNotBeNull();
        (await database.HistoryAsync(import)).ShouldBe([nameof(ImportStarted), nameof(ImportInterrupted), nameof(ImportAbandoned)]);
        var rollback = new RollbackImportHandler(database.Store, database.Get<Application.Streams>(), database.CatchUp, PadronDatabase.Key, TimeProvider.System);
        (await Should.ThrowAsync<RuleViolationException>(() => rollback.HandleAsync(new(import, "ana")))).Code.ShouldBe("import_abandoned");
        (await Should.ThrowAsync<RuleViolationException>(() => database.ImportAsync(sample.Database, resume: true))).Code.ShouldBe("nothing_to_resume");
        (await database.ImportAsync(sample.Database)).Tally.ShouldBeTheTruth(sample.Truth);
    }

    [Fact]
    public async Task A_process_that_another_has_followed_stores_nothing_any_more()
    {
        await database.LoadPlanAsync(sample.Plan);

        var refused = await Should.ThrowAsync<RuleViolationException>(() => database.ImportAsync(sample.Database, BatchSize, tell: progress =>
        {
            if (progress.RowsRead == 3_000)
                Execute("update bulk.load set turn = turn + 1");
        }));

        refused.Code.ShouldBe("import_running");
        (await database.ImportAsync(sample.Database, resume: true)).Tally.ShouldBeTheTruth(sample.Truth);
    }

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    async Task ShouldBeAsIfLeftAloneAsync()
    {
        var alone = new PadronDatabase();
        await alone.InitializeAsync();
        await alone.LoadPlanAsync(sample.Plan);
        await alone.ImportAsync(sample.Database);
        (await RegisterRows.DigestAsync(database.ConnectionString)).ShouldBe(await RegisterRows.DigestAsync(alone.ConnectionString));
        (await RegisterRows.ShapeAsync(database.ConnectionString)).ShouldBe(await RegisterRows.ShapeAsync(alone.ConnectionString), ignoreOrder: true);
        await alone.DisposeAsync();
    }

    // The checkpoint's row is locked, so that ranges stand still between COPY and commit.
    async Task WhileLoadingAsync(Func<Task> act)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var importing = Task.Run(() => database.ImportAsync(sample.Database, BatchSize, tell: progress =>
        {
            if (progress.RowsRead == 0)
                Execute(connection, "select from padron.import_checkpoints for update");
        }));
        await Eventually.TrueAsync(() => database.ScalarAsync<bool>(
            "select exists (select from pg_locks where not granted and locktype in ('transactionid', 'tuple') and pid in (select pid from pg_stat_activity where datname = current_database()))"));
        await act();
        await transaction.RollbackAsync();
        (await importing).Tally.RowsRead.ShouldBe(ImportSample.Rows);
    }

    void Execute(string sql)
    {
        using var connection = database.DataSource.OpenConnection();
        Execute(connection, sql);
    }

    // From where progress is told, which can't wait.
    static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
