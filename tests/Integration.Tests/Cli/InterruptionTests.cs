using Npgsql;
using Padron.Adapters.Samples;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Postgres;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Cli;

/// <summary>Imports that are stopped from outside, over a private server, which must outlive them or end with them.</summary>
public sealed class InterruptionTests : IAsyncLifetime, IDisposable
{
    const int Rows = 50_000;

    readonly ClusterDirectory cluster = new();
    readonly SampleFolder sample = new();
    PadronInstallation? installation;
    SampleTruth? truth;

    PadronInstallation Padron => installation!;

    [Fact]
    public async Task A_killed_import_leaves_its_server_to_the_next_command_which_resumes_and_stops_it()
    {
        using (var killed = Padron.Start("import", sample.Database))
        {
            await using var held = await HoldAsync(killed, afterRow: 1);
            await killed.KillAsync();
        }

        var server = cluster.Server.ShouldNotBeNull();
        using var resumed = Padron.Start("import", sample.Database, "--resume", "--json");
        await using (await HoldAsync(resumed, afterRow: 1))
            cluster.Server.ShouldBe(server);

        ShouldBeTheTruth((await resumed.EndAsync()).ShouldBeDone());
        cluster.Server.ShouldBeNull();
    }

    [Fact]
    public async Task Ctrl_C_ends_an_import_with_a_sentence_and_the_server_with_it()
    {
        using (var stopped = Padron.Start("import", sample.Database))
        {
            await using var held = await HoldAsync(stopped, afterRow: 1);
            await stopped.InterruptAsync();
            (await stopped.EndAsync()).ShouldHaveStopped();
        }

        cluster.Server.ShouldBeNull();
        (await Padron.RunAsync("imports", "list", "--json")).ShouldBeDone().Json.EnumerateArray().ShouldHaveSingleItem().GetProperty("status").GetString().ShouldBe("INTERRUPTED");
        (await Padron.RunAsync("import", sample.Database)).ShouldHaveFailed(1, "go on with --resume");
        ShouldBeTheTruth((await Padron.RunAsync("import", sample.Database, "--resume", "--json")).ShouldBeDone());
        cluster.Server.ShouldBeNull();
    }

    public async Task InitializeAsync()
    {
        installation = new PadronInstallation(database: null, cluster.Path);
        truth = await sample.WriteAsync(Rows);
        (await Padron.RunAsync("init")).ShouldBeDone();
        (await Padron.RunAsync("numbering", "load", sample.Plan)).ShouldBeDone();
        cluster.Server.ShouldBeNull();
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    public void Dispose()
    {
        installation?.Dispose();
        sample.Dispose();
    }

    void ShouldBeTheTruth(ProcessEnd import)
    {
        var tally = import.Json.GetProperty("tally");
        Counts("rowsRead", "imported", "alreadyKnown", "duplicates", "verified", "notMobile", "invalidated", "unverified", "ladaInferred").ShouldBe(
            [truth!.RowsRead, truth.Imported, 0, truth.Duplicates, truth.Verified, truth.NotMobile, truth.Invalidated, 0, truth.LadaInferred]);
        tally.GetProperty("rejected").EnumerateObject().Sum(reason => reason.Value.GetInt64()).ShouldBe(truth.Rejected.Values.Sum());

        long[] Counts(params string[] names) => [.. names.Select(name => tally.GetProperty(name).GetInt64())];
    }

    // Keeps the import between two of its batches until disposed: however slow the machine is, it can't end before it is stopped.
    async Task<NpgsqlConnection> HoldAsync(PadronProcess import, long afterRow)
    {
        NpgsqlConnection? held = null;
        await Eventually.TrueAsync(
            async () =>
            {
                import.HasExited.ShouldBeFalse("The import ended before it could be held.");
                return (held = await TryHoldAsync(afterRow)) is not null;
            },
            $"the import had stored row {afterRow}");
        return held!;
    }

    // Not attached to the cluster: the server would wait for us before it stops. The row lock waits for a batch that is being stored.
    async Task<NpgsqlConnection?> TryHoldAsync(long afterRow)
    {
        var connection = new NpgsqlConnection($"Host={cluster.Path}/run;Username=padron;Database=padron;Pooling=false;GSS Encryption Mode=Disable;SSL Mode=Disable");
        try
        {
            await connection.OpenAsync();
            await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("select after_row from padron.import_checkpoints for update", connection);
            if (await command.ExecuteScalarAsync() as long? >= afterRow)
                return connection;
        }
        catch (NpgsqlException)
        {
            // It is starting.
        }

        await connection.DisposeAsync();
        return null;
    }
}
