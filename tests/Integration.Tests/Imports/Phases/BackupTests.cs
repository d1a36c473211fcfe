using Padron.Adapters.Backups;
using Padron.Adapters.Postgres;
using Padron.Application.Imports;
using Padron.Application.Imports.Phases;
using Padron.Domain;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Imports.Phases;

/// <summary>Backups are worth what comes out of them: each is restored here and compared.</summary>
public sealed class BackupTests : ImportPhasesTest
{
    const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly SampleFolder sample = new();

    [Fact]
    public async Task Source_and_database_are_backed_up_for_their_owner_alone_and_give_back_what_there_was()
    {
        await Database.GivenAStrangerAsync();
        await Database.CatchUpAsync();
        var before = await RegisterRows.DigestAsync(Database.ConnectionString);

        var result = await ImportAsync(sample.Database, Order with { BackUpBefore = true, BackUpAfter = true });

        var directory = Path.Combine(Backups, $"import-{result.ImportId}");
        File.GetUnixFileMode(directory).ShouldBe(OwnersFile | UnixFileMode.UserExecute);
        Directory.GetFiles(directory).Select(Path.GetFileName).ShouldBe(["source.db", "database-before.dump", "database-after.dump"], ignoreOrder: true);
        Directory.GetFiles(directory).ShouldAllBe(file => File.GetUnixFileMode(file) == OwnersFile);
        await using (var copy = Database.Get<IContactSourceOpener>().Open(result.Prepared!.SourceBackup!.Path))
        await using (var source = Database.Get<IContactSourceOpener>().Open(sample.Database))
            copy.Read(long.MinValue, 10_000).SelectMany(rows => rows).ShouldBe(source.Read(long.MinValue, 10_000).SelectMany(rows => rows));
        (await RestoredAsync(result.Prepared.DatabaseBackup!)).ShouldBe(before);
        (await RestoredAsync(result.Finished!.Backup!)).ShouldBe(await RegisterRows.DigestAsync(Database.ConnectionString));
    }

    [Fact]
    public async Task An_empty_register_needs_no_backup_and_who_wants_none_gets_none()
    {
        var result = await ImportAsync(sample.Database, Order with { BackUpBefore = true });
        (result.Prepared!.SourceBackup, result.Prepared.DatabaseBackup, result.Finished!.Backup).ShouldBe((result.Prepared.SourceBackup.ShouldNotBeNull(), null, null));

        var none = await ImportAsync(sample.Database); // the same file again: its import is over
        (none.Prepared!.SourceBackup, none.Prepared.DatabaseBackup).ShouldBe((null, null));
    }

    [Fact]
    public async Task A_damaged_source_is_found_before_anything_is_imported_and_by_its_backup_too()
    {
        var page = (long)sample.Rows("select rootpage from sqlite_schema where name = 'ladas_faltantes'")[0][0]!;
        await using (var file = new FileStream(sample.Database, FileMode.Open))
        {
            file.Position = 4096 * (page - 1);
            file.Write(new byte[4096]);
        }

        (await Should.ThrowAsync<FormatException>(() => ImportAsync(sample.Database, Order with { BackUpBefore = true }))).Message.ShouldContain(sample.Database);

        (await Database.CountContactEventsAsync()).ShouldBe(0);
        (await ShownAsync(await Database.OnlyImportAsync())).Status.ShouldBe("FAILED");
        var target = Path.Combine(Directory.CreateDirectory(Backups).FullName, "copy.db");
        (await Should.ThrowAsync<FormatException>(() => Database.Get<ISourceBackup>().BackUpAsync(sample.Database, target, null, CancellationToken.None))).Message.ShouldContain("damaged");
        Directory.GetFiles(Backups).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backup_that_does_not_fit_is_refused_before_it_begins()
    {
        var full = new FakeMachine { Disk = new(1_000_000, 1_000) };
        var prepare = new PreparePhase(
            Database.DataSource, new(Database.DataSource, full), Database.Get<Padron.Application.Numbering.NumberingPlanStore>(), full,
            Database.Get<ISourceBackup>(), Database.Get<IDatabaseBackup>(), TimeProvider.System);

        var refused = await Should.ThrowAsync<RuleViolationException>(
            () => ImportAsync(sample.Database, Order with { BackUpBefore = true }, parts: Database.Get<ImportParts>() with { Prepare = prepare }));

        refused.Code.ShouldBe("no_space");
        refused.Message.ShouldContain("--backup");
        Directory.Exists(Backups).ShouldBeFalse();
    }

    [Fact]
    public async Task Content_of_a_SQLite_file_has_a_hash_that_any_changed_value_changes()
    {
        var backup = new SqliteBackup();
        var target = Path.Combine(Directory.CreateDirectory(Backups).FullName, "copy.db");
        var first = await backup.BackUpAsync(sample.Database, target, null, CancellationToken.None);
        (await backup.BackUpAsync(target, target + "2", null, CancellationToken.None)).Sha256.ShouldBe(first.Sha256);

        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={target};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var change = new Microsoft.Data.Sqlite.SqliteCommand("update numeros set nombre = 'X' where id = 77", connection);
            (await change.ExecuteNonQueryAsync()).ShouldBe(1);
        }

        (await backup.BackUpAsync(target, target + "3", null, CancellationToken.None)).Sha256.ShouldNotBe(first.Sha256);
    }

    [Fact]
    public async Task Increments_of_an_initial_load_are_read_back_into_an_empty_register()
    {
        var parts = Database.Get<ImportParts>();
        parts = parts with
        {
            Importer = new(
                Database.Store, Database.Get<Padron.Application.Streams>(), Database.Get<IContactSourceOpener>(), Database.Get<Padron.Application.Numbering.NumberingPlanStore>(),
                Database.Get<PremiumMunicipalities>(), PadronDatabase.Key, TimeProvider.System)
            {
                BatchSize = 100,
            },
        };
        var result = await ImportAsync(sample.Database, Order with { BackUpEvery = 500 }, parts: parts);

        var directory = Path.Combine(Backups, $"import-{result.ImportId}", "increments");
        var increments = await EventIncrements.ReadAsync(directory, CancellationToken.None);
        increments.Count.ShouldBeGreaterThan(1);
        increments.Sum(increment => increment.Events).ShouldBeGreaterThanOrEqualTo(await Database.CountContactEventsAsync());
        (await ShownAsync(result.ImportId)).Phases.IncrementSaved!.Position.ShouldBe(increments[^1].Position);
        Directory.GetFiles(directory).ShouldAllBe(file => File.GetUnixFileMode(file) == OwnersFile);

        var empty = new PadronDatabase();
        await empty.InitializeAsync();
        var restore = new RestoreIncrementsHandler(empty.Store);
        (await restore.HandleAsync(directory)).Events.ShouldBe(increments.Sum(increment => increment.Events));
        (await restore.HandleAsync(directory)).Events.ShouldBe(0); // a second time there is nothing new
        await empty.CatchUpAsync();
        (await RegisterRows.DigestAsync(empty.ConnectionString)).SkipLast(1).ShouldBe((await RegisterRows.DigestAsync(Database.ConnectionString)).SkipLast(1));
        await empty.GivenAStrangerAsync(); // positions go on behind what was restored
        await empty.CatchUpAsync();
        await empty.DisposeAsync();
    }

    [Fact]
    public async Task Increments_that_were_touched_or_belong_elsewhere_are_refused()
    {
        var result = await ImportAsync(sample.Database, Order with { BackUpEvery = 5_000_000 });
        var directory = Path.Combine(Backups, $"import-{result.ImportId}", "increments");
        var restore = new RestoreIncrementsHandler(Database.Store);

        // A register that had other events at these positions.
        var other = new PadronDatabase();
        await other.InitializeAsync();
        await other.GivenVerifiedAsync(3);
        (await Should.ThrowAsync<RuleViolationException>(() => new RestoreIncrementsHandler(other.Store).HandleAsync(directory))).Code.ShouldBe("other_events");
        (await other.CountContactEventsAsync()).ShouldBe(6);
        await other.DisposeAsync();

        var file = Directory.GetFiles(directory, "*.copy").Single();
        await using (var touched = new FileStream(file, FileMode.Open))
        {
            touched.Position = 100;
            touched.WriteByte(0);
        }

        (await Should.ThrowAsync<FormatException>(() => restore.HandleAsync(directory))).Message.ShouldContain("SHA-256");
        (await Should.ThrowAsync<FormatException>(() => restore.HandleAsync(Backups))).Message.ShouldContain("manifest.json");
    }

    [Fact]
    public void A_password_goes_to_pg_dump_where_nobody_else_can_read_it() => PostgresDump
        .Environment(new("Host=db.example;Port=5433;Username=ana;Password=secret;Database=padron;SslMode=VerifyFull;Root Certificate=/c.pem"))
        .ShouldBe(
            new Dictionary<string, string>
            {
                ["PGHOST"] = "db.example",
                ["PGPORT"] = "5433",
                ["PGUSER"] = "ana",
                ["PGPASSWORD"] = "secret",
                ["PGDATABASE"] = "padron",
                ["PGSSLMODE"] = "verify-full",
                ["PGSSLROOTCERT"] = "/c.pem",
                ["PGGSSENCMODE"] = "disable",
            },
            ignoreOrder: true);

    protected override async Task GivenAsync()
    {
        await sample.WriteAsync(3_000);
        await Database.LoadPlanAsync(sample.Plan);
    }

    protected override void Clean() => sample.Dispose();

    static async Task<IReadOnlyList<string>> RestoredAsync(ImportBackup backup)
    {
        var database = await NewDatabaseAsync();
        var restore = Path.Combine(PostgresDump.Find(PostgresBinaries.OldestMajor), "pg_restore");
        var run = await ChildProcess.RunAsync(restore, ["--exit-on-error", "--no-owner", $"--dbname={database.Database}", backup.Path], "", CancellationToken.None, PostgresDump.Environment(database));
        run.Succeeded.ShouldBeTrue(run.Output);
        var digest = await RegisterRows.DigestAsync(database.ConnectionString);
        await PostgresServer.DropDatabaseAsync(database.ConnectionString);
        return digest;
    }
}
