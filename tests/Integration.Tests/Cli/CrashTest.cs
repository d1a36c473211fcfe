using System.Text.Json;
using Npgsql;
using Padron.Adapters.Samples;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.Postgres;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Cli;

/// <summary>The program over a private server, either of which a test kills; and a register that took the same file and was left alone.</summary>
public abstract class CrashTest(int rows) : IAsyncLifetime, IDisposable
{
    readonly ClusterDirectory cluster = new();
    readonly SampleFolder sample = new();
    readonly PadronDatabase alone = new();
    PadronInstallation? installation;
    SampleTruth? truth;

    private protected PadronInstallation Padron => installation!;

    private protected ClusterDirectory Cluster => cluster;

    protected string File => sample.Database;

    string Server => $"Host={cluster.Path}/run;Username=padron;Database=padron;Pooling=false;GSS Encryption Mode=Disable;SSL Mode=Disable";

    /// <summary>How often, or how large, <c>make soak</c> wants it.</summary>
    protected static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    public async Task InitializeAsync()
    {
        await alone.InitializeAsync(); // first: the run's own server, when it starts, clears away clusters that nobody uses
        installation = new PadronInstallation(database: null, cluster.Path);
        installation.WriteKey(first: 1); // that of the register it is compared with
        truth = await sample.WriteAsync(rows);
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
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        installation?.Dispose();
        sample.Dispose();
    }

    private protected void ShouldBeTheTruth(ProcessEnd import) => ShouldBeTheTruth(import.Json);

    private protected void ShouldBeTheTruth(JsonElement import)
    {
        var tally = import.GetProperty("tally");
        new[] { "rowsRead", "imported", "duplicates", "verified" }.Select(name => tally.GetProperty(name).GetInt64())
            .ShouldBe([truth!.RowsRead, truth.Imported, truth.Duplicates, truth.Verified]);
    }

    private protected async Task ShouldBeAsIfLeftAloneAsync()
    {
        await using var attached = await cluster.AttachAsync();
        (await RegisterRows.DigestAsync(Server)).ShouldBe(await RegisterRows.DigestAsync(alone.ConnectionString));
        (await RegisterRows.ShapeAsync(Server)).ShouldBe(await RegisterRows.ShapeAsync(alone.ConnectionString), ignoreOrder: true);
        (await ClusterDirectory.AskAsync(attached, "select count(*) from pg_file_settings where sourcefile like '%postgresql.auto.conf'")).ShouldBe(0L);
        (await ClusterDirectory.AskAsync(attached, "select count(*) from bulk.load")).ShouldBe(0L);
    }

    // Takes the lock as soon as there is what it locks; whatever the load does until it comes to it, it stands still there.
    private protected async Task<NpgsqlConnection> HoldAsync(PadronProcess import, string sql, string isThere = "select exists (select from bulk.load)")
    {
        NpgsqlConnection? held = null;
        await Eventually.TrueAsync(
            async () =>
            {
                if (import.HasExited)
                    throw new InvalidOperationException($"The import ended before it could be held: {(await import.EndAsync()).StdErr}");
                return (held = await TryHoldAsync(sql, isThere)) is not null;
            },
            "there was what is to be held");
        return held!;
    }

    // While the server runs already.
    private protected async Task<NpgsqlConnection> HoldAsync(string sql) => await TryHoldAsync(sql, "select true") ?? throw new InvalidOperationException("The server does not run.");

    async Task<NpgsqlConnection?> TryHoldAsync(string sql, string isThere)
    {
        var connection = new NpgsqlConnection(Server);
        try
        {
            await connection.OpenAsync();
            await connection.BeginTransactionAsync();
            await using var begun = new NpgsqlCommand(isThere, connection);
            if (await begun.ExecuteScalarAsync() is true)
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

    private protected async Task WaitForWaitingAsync(PadronProcess import, string when)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                if (import.HasExited)
                    throw new InvalidOperationException($"The import ended though it was held: {(await import.EndAsync()).StdErr}");
                await using var waiting = new NpgsqlCommand("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and application_name like 'padron %')", connection);
                return await waiting.ExecuteScalarAsync() is true;
            },
            when);
    }
}
