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
            await RowsAreStoredAsync(killed, 1);
            await killed.KillAsync();
        }

        var server = cluster.Server.ShouldNotBeNull();
        var stored = (await AfterRowAsync()).ShouldNotBeNull();
        using var resumed = Padron.Start("import", sample.Database, "--resume", "--json");
        await RowsAreStoredAsync(resumed, stored + 1);
        cluster.Server.ShouldBe(server);

        ShouldBeTheTruth((await resumed.EndAsync()).ShouldBeDone());
        cluster.Server.ShouldBeNull();
    }

    [Fact]
    public async Task Ctrl_C_ends_an_import_with_a_sentence_and_the_server_with_it()
    {
        using (var stopped = Padron.Start("import", sample.Database))
        {
            await RowsAreStoredAsync(stopped, 1);
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

    Task RowsAreStoredAsync(PadronProcess import, long rows) => Eventually.TrueAsync(async () =>
    {
        import.HasExited.ShouldBeFalse("The import ended before it could be stopped.");
        return await AfterRowAsync() >= rows;
    });

    // Not attached: the server would wait for us before it stops.
    async Task<long?> AfterRowAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection($"Host={cluster.Path}/run;Username=padron;Database=padron;Pooling=false;GSS Encryption Mode=Disable;SSL Mode=Disable");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select max(after_row) from padron.import_checkpoints", connection);
            return await command.ExecuteScalarAsync() as long?;
        }
        catch (NpgsqlException)
        {
            return null; // it is starting
        }
    }
}
