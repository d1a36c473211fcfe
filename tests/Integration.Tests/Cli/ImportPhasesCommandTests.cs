using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Cli;

/// <summary>The phases as an operator has them: options, what is said, and a program that is killed in each of them.</summary>
public sealed class ImportPhasesCommandTests : IAsyncLifetime, IDisposable
{
    const long Hold = 4242;

    readonly PadronDatabase database = new();
    readonly SampleFolder sample = new();
    PadronInstallation? installation;

    PadronInstallation Padron => installation!;

    [Theory]
    [InlineData("import_prepared")]
    [InlineData("import_sampled")]
    [InlineData("import_validated")]
    [InlineData("import_finished")]
    public async Task Killed_at_the_end_of_a_phase_it_goes_on_with_that_phase_and_ends_as_one_that_was_left_alone(string phase)
    {
        await database.GivenAStrangerAsync(); // an initial load takes no table with a trigger
        await using (var held = await HoldAsync(phase))
        {
            using var killed = Padron.Start("import", sample.Database, "--backup", Padron.PathOf("backups"));
            await Eventually.TrueAsync(
                async () => !killed.HasExited && await database.ScalarAsync<bool>("select exists (select from pg_locks where locktype = 'advisory' and not granted and objid = 4242 and database = (select oid from pg_database where datname = current_database()))"),
                $"the import came to {phase}");
            await killed.KillAsync();
        }

        await database.ExecuteAsync("drop trigger hold on events.mt_events");
        (await Padron.RunAsync("import", sample.Database)).ShouldHaveFailed(1, "with --resume");

        var end = (await Padron.RunAsync("import", sample.Database, "--resume", "--json")).ShouldBeDone().Json;

        end.GetProperty("validation").GetProperty("score").GetDecimal().ShouldBe(100);
        end.GetProperty("finished").GetProperty("referenceTables").GetInt32().ShouldBe(2);
        (await database.HistoryAsync(await database.OnlyImportAsync())).Where(fact => fact is not ("ImportResumed" or "ImportInterrupted"))
            .ShouldBe(["ImportStarted", "ImportPrepared", "ImportSampled", "ImportLoadStarted", "ImportCompleted", "ImportValidated", "ImportFinished"]);
        (await database.RowsAsync("select datname from pg_database where starts_with(datname, (select 'padron_sample_' || oid || '_' from pg_database where datname = current_database()))"))
            .ShouldBeEmpty();
        Directory.GetFiles(Padron.PathOf("backups"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["source.db", "database-before.dump"], ignoreOrder: true);
        await ShouldBeAsIfLeftAloneAsync();
    }

    [Fact]
    public async Task An_operator_tries_imports_looks_and_restores()
    {
        // Tries.
        var tried = (await Padron.RunAsync("import", sample.Database, "--dry-run")).ShouldBeDone().StdOut;
        tried.ShouldContain("Dry run: nothing was imported.");
        tried.ShouldContain("growth of the database");
        (await Padron.RunAsync("imports", "list", "--json")).ShouldBeDone().Json[0].GetProperty("status").GetString().ShouldBe("DRY_RUN");

        // Imports, from a mapping that names all as it is.
        await File.WriteAllTextAsync(Padron.PathOf("map.json"), """{"table": "numeros", "columns": {"numero": "numero"}}""");
        var said = (await Padron.RunAsync("import", sample.Database, "--map", Padron.PathOf("map.json"), "--backup", Padron.PathOf("b"), "--backup-every", "500", "--backup-after")).ShouldBeDone().StdOut;
        foreach (var sentence in (string[])["Machine: ", "Source: 1,000 rows.", "Filled: numero ", "Backup of the source: ", "Sample: ", "Validation: 100 %", "Backup after the import: "])
            said.ShouldContain(sentence);

        // Looks.
        var import = (await Padron.RunAsync("imports", "list", "--json")).ShouldBeDone().Json[0].GetProperty("id").GetString()!;
        var shown = (await Padron.RunAsync("imports", "show", import)).ShouldBeDone().StdOut;
        shown.ShouldContain("Reference tables: estadisticas_migracion (3), ladas_faltantes (5)");
        (await Padron.RunAsync("imports", "table", "ladas_faltantes", "--json")).ShouldBeDone().Json.GetArrayLength().ShouldBe(5);
        (await Padron.RunAsync("imports", "table", "--json")).ShouldBeDone().Json.GetArrayLength().ShouldBe(2);
        (await Padron.RunAsync("imports", "table", "nothing")).ShouldHaveFailed(1, "No import brought a table nothing");

        // Restores into a register of its own.
        using var other = new PadronInstallation(await PostgresServer.CreateDatabaseAsync());
        other.WriteKey(first: 1);
        (await other.RunAsync("init")).ShouldBeDone();
        var restored = (await other.RunAsync("imports", "restore", Path.Combine(Padron.PathOf("b"), $"import-{import}", "increments"), "--json")).ShouldBeDone().Json;
        restored.GetProperty("events").GetInt64().ShouldBeGreaterThan(1_000);
        (await other.RunAsync("availability", "--json")).ShouldBeDone().StdOut.ShouldBe((await Padron.RunAsync("availability", "--json")).ShouldBeDone().StdOut);
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_with_a_sentence()
    {
        (await Padron.RunAsync("import", sample.Database, "--resume", "--dry-run")).ShouldHaveFailed(2, "--dry-run can't be changed by --resume");
        (await Padron.RunAsync("import", sample.Database, "--backup-every", "0")).ShouldHaveFailed(2, "--backup-every takes a number of rows");
        (await Padron.RunAsync("import", sample.Database, "--map", Padron.PathOf("none.json"))).ShouldHaveFailed(2, "There is no file");
        await File.WriteAllTextAsync(Padron.PathOf("map.json"), """{"tabla": "numeros"}""");
        (await Padron.RunAsync("import", sample.Database, "--map", Padron.PathOf("map.json"))).ShouldHaveFailed(2, "is no mapping");
        (await Padron.RunAsync("imports", "restore", Padron.PathOf("nowhere"))).ShouldHaveFailed(2, "has no manifest.json");
    }

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
        await sample.WriteAsync(1_000);
        await database.LoadPlanAsync(sample.Plan);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose()
    {
        installation?.Dispose();
        sample.Dispose();
    }

    // Whoever records the fact waits for us inside its transaction.
    async Task<NpgsqlConnection> HoldAsync(string fact)
    {
        await database.ExecuteAsync(
            $"""
            create function events.hold() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock({Hold}); return new; end $$;
            create trigger hold before insert on events.mt_events for each row when (new.type = '{fact}') execute function events.hold()
            """);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"select pg_advisory_lock({Hold})::text", connection);
        await command.ExecuteScalarAsync();
        return connection;
    }

    async Task ShouldBeAsIfLeftAloneAsync()
    {
        var alone = new PadronDatabase();
        await alone.InitializeAsync();
        await alone.LoadPlanAsync(sample.Plan);
        await alone.GivenAStrangerAsync();
        await alone.ImportAsync(sample.Database);
        await alone.CatchUpAsync();
        (await RegisterRows.DigestAsync(database.ConnectionString)).ShouldBe(await RegisterRows.DigestAsync(alone.ConnectionString));
        await alone.DisposeAsync();
    }
}
