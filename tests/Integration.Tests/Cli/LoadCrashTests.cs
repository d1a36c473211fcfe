using Npgsql;
using Padron.Adapters.Samples;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.Postgres;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Cli;

/// <summary>
/// Initial loads over a private server that are killed, the program or the server, at named moments and at random ones: resumed, they end as one that was
/// left alone, and the server's settings are as they were. <c>make soak</c> runs the random ones in earnest.
/// </summary>
public sealed class LoadCrashTests : IAsyncLifetime, IDisposable
{
    static readonly int Kills = Setting("PADRON_SOAK_KILLS", 3);
    static readonly int Rows = Setting("PADRON_SOAK_ROWS", 30_000);

    readonly ClusterDirectory cluster = new();
    readonly SampleFolder sample = new();
    readonly PadronDatabase alone = new();
    PadronInstallation? installation;
    SampleTruth? truth;

    PadronInstallation Padron => installation!;

    string Server => $"Host={cluster.Path}/run;Username=padron;Database=padron;Pooling=false;GSS Encryption Mode=Disable;SSL Mode=Disable";

    [Theory]
    [InlineData("between COPY and commit", "select from padron.import_checkpoints for update", true)]
    [InlineData("between COPY and commit", "select from padron.import_checkpoints for update", false)]
    [InlineData("while indexes are built", "lock table loading.contact_states in row exclusive mode", true)]
    [InlineData("while indexes are built", "lock table loading.contact_states in row exclusive mode", false)]
    [InlineData("before the exchange", "lock table events.mt_streams in access share mode", true)]
    [InlineData("before the exchange", "lock table events.mt_streams in access share mode", false)]
    public async Task A_load_that_is_killed_goes_on_and_ends_as_one_that_was_left_alone(string when, string hold, bool program)
    {
        using (var killed = Padron.Start("import", sample.Database))
        {
            await using var held = await HoldAsync(killed, hold);
            await WaitForWaitingAsync(killed, when);
            await (program ? killed.KillAsync() : cluster.KillServerAsync());
            if (!program)
                (await killed.EndAsync()).ExitCode.ShouldBe(3);
        }

        ShouldBeTheTruth((await Padron.RunAsync("import", sample.Database, "--resume", "--json")).ShouldBeDone());
        await ShouldBeAsIfLeftAloneAsync();
    }

    [Fact]
    public async Task Killed_at_random_moments_it_ends_as_one_that_was_left_alone()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        ProcessEnd? end = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var import = Padron.Start(["import", sample.Database, "--json", .. kill == 0 ? Array.Empty<string>() : ["--resume"]]);
            await Task.Delay(random.Next(2_000 + (Rows / 20)), CancellationToken.None); // the moment is what is random here; nothing is waited for
            if (import.HasExited)
            {
                end = await import.EndAsync();
                break;
            }

            if (random.Next(3) > 0 || cluster.Server is null)
                await import.KillAsync();
            else
                await cluster.KillServerAsync();
        }

        end ??= await Padron.RunAsync("import", sample.Database, "--resume", "--json");
        if (end.StdErr.Contains("leave out --resume", StringComparison.Ordinal)) // the first was killed before it had begun
            end = await Padron.RunAsync("import", sample.Database, "--json");
        end.ExitCode.ShouldBe(0, $"seed {seed}: {end.StdErr}");
        ShouldBeTheTruth(end);
        await ShouldBeAsIfLeftAloneAsync();
    }

    public async Task InitializeAsync()
    {
        await alone.InitializeAsync(); // first: the run's own server, when it starts, clears away clusters that nobody uses
        installation = new PadronInstallation(database: null, cluster.Path);
        installation.WriteKey(first: 1); // that of the register it is compared with
        truth = await sample.WriteAsync(Rows);
        (await Padron.RunAsync("init")).ShouldBeDone();
        (await Padron.RunAsync("numbering", "load", sample.Plan)).ShouldBeDone();
        await alone.LoadPlanAsync(sample.Plan);
        await alone.ImportAsync(sample.Database);
    }

    public async Task DisposeAsync()
    {
        await alone.DisposeAsync();
        await cluster.DisposeAsync();
    }

    public void Dispose()
    {
        installation?.Dispose();
        sample.Dispose();
    }

    static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    void ShouldBeTheTruth(ProcessEnd import)
    {
        var tally = import.Json.GetProperty("tally");
        new[] { "rowsRead", "imported", "duplicates", "verified" }.Select(name => tally.GetProperty(name).GetInt64())
            .ShouldBe([truth!.RowsRead, truth.Imported, truth.Duplicates, truth.Verified]);
    }

    async Task ShouldBeAsIfLeftAloneAsync()
    {
        await using var attached = await cluster.AttachAsync();
        (await RegisterRows.DigestAsync(Server)).ShouldBe(await RegisterRows.DigestAsync(alone.ConnectionString));
        (await RegisterRows.ShapeAsync(Server)).ShouldBe(await RegisterRows.ShapeAsync(alone.ConnectionString), ignoreOrder: true);
        (await ClusterDirectory.AskAsync(attached, "select count(*) from pg_file_settings where sourcefile like '%postgresql.auto.conf'")).ShouldBe(0L);
        (await ClusterDirectory.AskAsync(attached, "select count(*) from bulk.load")).ShouldBe(0L);
    }

    // Takes the lock as soon as there is what it locks; whatever the load does until it comes to it, it stands still there.
    async Task<NpgsqlConnection> HoldAsync(PadronProcess import, string sql)
    {
        NpgsqlConnection? held = null;
        await Eventually.TrueAsync(
            async () =>
            {
                if (import.HasExited)
                    throw new InvalidOperationException($"The import ended before it could be held: {(await import.EndAsync()).StdErr}");
                return (held = await TryHoldAsync(sql)) is not null;
            },
            "there was what is to be held");
        return held!;
    }

    async Task<NpgsqlConnection?> TryHoldAsync(string sql)
    {
        var connection = new NpgsqlConnection(Server);
        try
        {
            await connection.OpenAsync();
            await connection.BeginTransactionAsync();
            await using var begun = new NpgsqlCommand("select count(*) from bulk.load", connection);
            if (await begun.ExecuteScalarAsync() is 1L)
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync();
                return connection;
            }
        }
        catch (NpgsqlException)
        {
            // It is starting.
        }

        await connection.DisposeAsync();
        return null;
    }

    async Task WaitForWaitingAsync(PadronProcess import, string when)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                if (import.HasExited)
                    throw new InvalidOperationException($"The import ended though it was held: {(await import.EndAsync()).StdErr}");
                await using var waiting = new NpgsqlCommand("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'padron')", connection);
                return await waiting.ExecuteScalarAsync() is true;
            },
            when);
    }
}
