using Padron.Application.Imports;
using Padron.Application.Imports.Load;
using Padron.Application.Imports.Phases;
using Padron.Domain;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Samples;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Imports.Phases;

/// <summary>An import from its preparation to its end, and what becomes of it when a phase fails.</summary>
public sealed class ImportProcessTests : ImportPhasesTest
{
    const int Rows = 3_000;

    readonly SampleFolder sample = new();

    [Fact]
    public async Task Each_phase_leaves_a_fact_and_the_result_is_that_of_a_bare_load()
    {
        var result = await ImportAsync(sample.Database);

        (await Database.HistoryAsync(result.ImportId)).ShouldBe(
        [
            nameof(ImportStarted), nameof(ImportPrepared), nameof(ImportSampled), nameof(ImportLoadStarted), nameof(ImportCompleted), nameof(ImportValidated), nameof(ImportFinished),
        ]);
        result.Validation!.Score.ShouldBe(100);
        (result.Sampled!.Score, result.Sampled.NotDone).ShouldBe((100, null));
        result.Prepared!.RegisterHoldsContacts.ShouldBeFalse();
        (await ThrowawaysAsync()).ShouldBeEmpty();
        var shown = await ShownAsync(result.ImportId);
        (shown.Status, shown.Phases.LoadStarted!.Initial, shown.Phases.Finished!.ReferenceTables).ShouldBe(("COMPLETED", true, 2));
        await ShouldBeAsABareLoadAsync();
    }

    [Fact]
    public async Task The_source_is_described_before_anything_is_stored()
    {
        var source = (await ImportAsync(sample.Database)).Prepared!.Source;

        source.Rows.ShouldBe(Rows);
        source.Sampled.ShouldBe(Rows); // all of a small file
        source.Columns.Single(column => column.Name == "nombre").Filled.ShouldBeInRange(Rows * 9 / 10, sample.Count("trim(coalesce(nombre, '')) <> ''"));
        (source.Lines.Mobile + source.Lines.Fixed + source.Lines.Unknown + source.Lines.MarkedInvalid + source.Rejected.Values.Sum()).ShouldBe(Rows);
        source.OtherTables.Keys.ShouldBe(["estadisticas_migracion", "ladas_faltantes"], ignoreOrder: true);
        source.OtherTables["ladas_faltantes"].ShouldBe(5);
    }

    [Fact]
    public async Task Other_tables_of_the_source_are_carried_over_and_go_with_a_rollback()
    {
        var import = (await ImportAsync(sample.Database)).ImportId;

        var tables = Database.Get<ReferenceTables>();
        var missing = (await tables.FindAsync("ladas_faltantes"))!;
        (missing.ImportId, missing.Rows).ShouldBe((import, 5));
        missing.Columns.ShouldBe(["lada", "apariciones"]);
        var rows = await tables.RowsAsync(missing).ToArrayAsync();
        rows.Select(row => (row.GetProperty("lada").GetString(), row.GetProperty("apariciones").GetInt32())).ShouldBe([("200", 17), ("207", 4), ("300", 21), ("500", 9), ("800", 102)]);
        (await tables.RowsAsync(missing, after: 3, limit: 1).ToArrayAsync()).ShouldHaveSingleItem().GetProperty("lada").GetString().ShouldBe("500");

        await Database.Get<ImportParts>().Rollback.HandleAsync(new(import, "eva"));

        (await tables.ListAsync()).ShouldBeEmpty();
        (await Database.ScalarAsync<long>("select count(*) from padron.reference_rows")).ShouldBe(0);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_estimates_and_the_file_can_be_imported_afterwards()
    {
        var before = await RegisterRows.DigestAsync(Database.ConnectionString);

        var result = await ImportAsync(sample.Database, Order with { DryRun = true, BackUpBefore = true });

        var estimate = result.Estimate.ShouldNotBeNull();
        (estimate.Rows, estimate.Seconds > 0, estimate.DatabaseBytes > 1_000_000).ShouldBe((Rows, true, true));
        (estimate.Lines.Mobile + estimate.Lines.Fixed + estimate.Lines.MarkedInvalid + estimate.Rejected.Values.Sum()).ShouldBe(Rows);
        (await RegisterRows.DigestAsync(Database.ConnectionString)).ShouldBe(before);
        (await Database.ScalarAsync<long>("select count(*) from padron.reference_tables")).ShouldBe(0);
        Directory.Exists(Backups).ShouldBeFalse();
        (await ThrowawaysAsync()).ShouldBeEmpty();
        (await ShownAsync(result.ImportId)).Status.ShouldBe("DRY_RUN");
        (await Should.ThrowAsync<RuleViolationException>(() => Database.Get<ImportParts>().Rollback.HandleAsync(new(result.ImportId, "eva")))).Code.ShouldBe("import_brought_nothing");

        (await ImportAsync(sample.Database)).Validation!.Score.ShouldBe(100);
    }

    [Fact]
    public async Task A_sample_that_fails_stops_the_import_before_it_touches_anything()
    {
        using var file = new ContactFile();
        for (var i = 0; i < 20; i++)
            file.Add($"55123456{i:00}", "PRUEBA", state: "CDMX");
        var oneRow = new BreakingOpener(Database.Get<IContactSourceOpener>(), draw: row => row with { Row = 1 }); // all contacts of one row: duplicates

        var refused = await Should.ThrowAsync<RuleViolationException>(() => ImportAsync(file.Path, opener: oneRow));

        refused.Code.ShouldBe("sample_invalid");
        refused.Message.ShouldContain("duplicates");
        (await Database.CountContactEventsAsync()).ShouldBe(0);
        (await Database.ScalarAsync<long>("select count(*) from bulk.load")).ShouldBe(0);
        var shown = await ShownAsync(await Database.OnlyImportAsync());
        shown.Status.ShouldBe("FAILED");
        shown.Reason.ShouldBe(refused.Message);
        shown.Phases.Sampled!.Score.ShouldNotBeNull().ShouldBeLessThan(95);
        (await Should.ThrowAsync<RuleViolationException>(() => ImportAsync(file.Path, resume: true))).Code.ShouldBe("nothing_to_resume");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_breaks_on_the_way_is_rolled_back_and_the_register_is_open_again(bool besideContacts)
    {
        if (besideContacts)
            await Database.GivenAStrangerAsync();
        await Database.CatchUpAsync();
        var before = await RegisterRows.DigestAsync(Database.ConnectionString);
        var breaking = new BreakingOpener(Database.Get<IContactSourceOpener>(), afterRows: 2_000);

        var end = await Should.ThrowAsync<RuleViolationException>(() => ImportAsync(sample.Database, parts: With(batchSize: 500, opener: breaking), opener: breaking));

        end.Code.ShouldBe("import_rolled_back");
        end.Message.ShouldContain("page 7 is damaged");
        (await RegisterRows.DigestAsync(Database.ConnectionString)).SkipLast(1).ShouldBe(before.SkipLast(1));
        var shown = await ShownAsync(await Database.OnlyImportAsync());
        (shown.Status, shown.Reason).ShouldBe(("ROLLED_BACK", "page 7 is damaged"));
        await Database.GivenAStrangerAsync(); // it takes contacts
        (await ImportAsync(sample.Database)).Validation!.Score.ShouldBe(100);
    }

    [Fact]
    public async Task With_keep_partial_a_broken_source_leaves_what_came_and_a_mended_one_goes_on()
    {
        await Database.GivenAStrangerAsync();
        var breaking = new BreakingOpener(Database.Get<IContactSourceOpener>(), afterRows: 2_000);

        var end = await Should.ThrowAsync<RuleViolationException>(
            () => ImportAsync(sample.Database, Order with { KeepPartial = true }, parts: With(batchSize: 500, opener: breaking), opener: breaking));

        end.Message.ShouldContain("--resume");
        (await Database.CountContactEventsAsync()).ShouldBeGreaterThan(1_000);
        (await ImportAsync(sample.Database, resume: true)).Validation!.Score.ShouldBe(100);
    }

    [Fact]
    public async Task A_validation_below_the_threshold_is_rolled_back_and_says_why()
    {
        await GivenARegisterThatSpoilsNamesAsync();

        var end = await Should.ThrowAsync<RuleViolationException>(() => ImportAsync(sample.Database));

        end.Code.ShouldBe("import_rolled_back");
        end.Message.ShouldContain("required 0 %");
        (await Database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_imported'")).ShouldBe(0);
        (await Database.HistoryAsync(await Database.OnlyImportAsync())).TakeLast(3).ShouldBe([nameof(ImportValidated), nameof(ImportRollbackStarted), nameof(ImportRolledBack)]);
    }

    [Fact]
    public async Task With_keep_partial_it_is_kept_and_validated_again_by_a_resumption()
    {
        await GivenARegisterThatSpoilsNamesAsync();

        var end = await Should.ThrowAsync<RuleViolationException>(() => ImportAsync(sample.Database, Order with { KeepPartial = true }));

        end.Code.ShouldBe("import_invalid");
        (await ShownAsync(await Database.OnlyImportAsync())).Status.ShouldBe("COMPLETED");
        (await Should.ThrowAsync<RuleViolationException>(() => ImportAsync(sample.Database))).Message.ShouldContain("validate and finish it with --resume");
        await Database.ExecuteAsync("drop trigger spoil on read.contact_profiles");
        await Database.Rebuild.RunAsync(ContactsProjection.Definition);
        var mended = await ImportAsync(sample.Database, resume: true);
        (mended.Validation!.Score, mended.Finished!.ReferenceTables).ShouldBe((100, 2));
    }

    [Fact]
    public async Task What_killed_imports_left_of_their_samples_is_dropped_but_not_what_others_work_with()
    {
        var prefix = await Database.ScalarAsync<string>("select 'padron_sample_' || oid || '_' from pg_database where datname = current_database()");
        await using var other = await Database.DataSource.OpenConnectionAsync();
        await using var owns = new Npgsql.NpgsqlCommand($"select pg_advisory_lock(hashtextextended('{prefix}busy', 0))::text", other);
        await owns.ExecuteScalarAsync();
        await Database.ExecuteAsync($"create database {prefix}busy template template0");
        await Database.ExecuteAsync($"create database {prefix}left template template0");

        await ImportAsync(sample.Database);

        (await ThrowawaysAsync()).ShouldHaveSingleItem().ShouldContain("busy");
        await Database.ExecuteAsync($"drop database {prefix}busy");
    }

    [Fact]
    public async Task A_user_who_may_create_no_database_imports_without_a_sample_and_is_told()
    {
        var role = $"plain_{Guid.NewGuid():N}";
        await Database.ExecuteAsync($"create role {role} login nosuperuser nocreatedb");
        try
        {
            await using var plain = Npgsql.NpgsqlDataSource.Create(new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString) { Username = role });
            var phase = new SamplePhase(plain, new(Database.ConnectionString), Database.Get<Padron.Application.Numbering.NumberingPlanStore>(), PadronDatabase.Key, TimeProvider.System);

            var result = await ImportAsync(sample.Database, parts: Database.Get<ImportParts>() with { Sample = phase });

            (result.Sampled!.Score, result.Sampled.Rows).ShouldBe((null, 0));
            result.Sampled.NotDone.ShouldNotBeNull().ShouldContain("createdb");
            result.Validation!.Score.ShouldBe(100);
        }
        finally
        {
            await Database.ExecuteAsync($"drop role {role}");
        }
    }

    [Fact]
    public async Task A_load_that_tries_settings_on_its_first_rows_ends_as_one_that_does_not()
    {
        var trial = new LoadTrial { Others = [new(150, 3), new(400, 1)], LotRows = 300, LeastRows = 0 };

        var result = await ImportAsync(sample.Database, parts: With(batchSize: 100, trial: trial));

        var tuned = (await ShownAsync(result.ImportId)).Phases.Tuned.ShouldNotBeNull();
        tuned.Trials.Select(tried => (tried.BatchSize, tried.Lanes)).ShouldBe([(100, 2), (150, 3), (400, 1)]);
        tuned.Trials.ShouldAllBe(tried => tried.Rows >= 600 && tried.Seconds > 0);
        tuned.Trials.MaxBy(tried => tried.Rows / tried.Seconds).ShouldBe(tuned.Trials.Single(tried => tried.BatchSize == tuned.BatchSize));
        await ShouldBeAsABareLoadAsync();
    }

    protected override async Task GivenAsync()
    {
        await sample.WriteAsync(Rows);
        await Database.LoadPlanAsync(sample.Plan);
    }

    protected override void Clean() => sample.Dispose();

    ImportParts With(int batchSize, IContactSourceOpener? opener = null, LoadTrial? trial = null) => Database.Get<ImportParts>() with
    {
        Importer = new(
            Database.Store, Database.Get<Padron.Application.Streams>(), opener ?? Database.Get<IContactSourceOpener>(), Database.Get<Padron.Application.Numbering.NumberingPlanStore>(),
            Database.Get<PremiumMunicipalities>(), PadronDatabase.Key, TimeProvider.System)
        {
            BatchSize = batchSize,
            Trial = trial,
        },
    };

    // In the register, and not in the throw-away one: the sample passes. A register with contacts takes no shadow tables, so the trigger sees every row.
    async Task GivenARegisterThatSpoilsNamesAsync()
    {
        await Database.GivenAStrangerAsync();
        await Database.CatchUpAsync();
        await Database.ExecuteAsync(
            """
            create function read.spoil() returns trigger language plpgsql as $$ begin new.full_name = 'X'; new.phone_original = null; return new; end $$;
            create trigger spoil before insert on read.contact_profiles for each row execute function read.spoil()
            """);
    }

    async Task ShouldBeAsABareLoadAsync()
    {
        var bare = new PadronDatabase();
        await bare.InitializeAsync();
        await bare.LoadPlanAsync(sample.Plan);
        await bare.ImportAsync(sample.Database);
        await bare.CatchUpAsync();
        (await RegisterRows.DigestAsync(Database.ConnectionString)).ShouldBe(await RegisterRows.DigestAsync(bare.ConnectionString));
        await bare.DisposeAsync();
    }
}
