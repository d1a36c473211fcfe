using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.Postgres;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Cli;

/// <summary>
/// A second import over a private server, of which first the program and then the server is killed between COPY and commit: resumed, it ends as one that
/// was left alone.
/// </summary>
public sealed class IncrementalCrashTests : IAsyncLifetime, IDisposable
{
    const int Rows = 24_000; // three ranges

    readonly ClusterDirectory cluster = new();
    readonly SampleFolder sample = new();
    readonly PadronDatabase alone = new();

    PadronInstallation? installation;
    NextFile? next;

    PadronInstallation Padron => installation!;

    string Server => $"Host={cluster.Path}/run;Username=padron;Database=padron;Pooling=false;GSS Encryption Mode=Disable;SSL Mode=Disable";

    [Fact]
    public async Task A_second_import_that_is_killed_twice_ends_as_one_that_was_left_alone()
    {
        await KillBetweenCopyAndCommitAsync(["import", next!.Path], process => process.KillAsync());
        await KillBetweenCopyAndCommitAsync(["import", next.Path, "--resume"], async process =>
        {
            await cluster.KillServerAsync();
            (await process.EndAsync()).ExitCode.ShouldBe(3);
        });

        var tally = (await Padron.RunAsync("import", next.Path, "--resume", "--json")).ShouldBeDone().Json.GetProperty("tally");

        tally.GetProperty("rowsRead").GetInt64().ShouldBe(Rows);
        tally.GetProperty("detailsChanged").GetInt64().ShouldBePositive();
        await using var attached = await cluster.AttachAsync();
        (await RegisterRows.DigestAsync(Server)).ShouldBe(await RegisterRows.DigestAsync(alone.ConnectionString));
    }

    public async Task InitializeAsync()
    {
        await alone.InitializeAsync(); // first: the run's own server, when it starts, clears away clusters that nobody uses
        installation = new PadronInstallation(database: null, cluster.Path);
        installation.WriteKey(first: 1); // that of the register it is compared with
        await sample.WriteAsync(Rows);
        next = new NextFile(sample.Database);
        (await Padron.RunAsync("init")).ShouldBeDone();
        (await Padron.RunAsync("numbering", "load", sample.Plan)).ShouldBeDone();
        (await Padron.RunAsync("import", sample.Database)).ShouldBeDone();
        await alone.LoadPlanAsync(sample.Plan);
        await alone.ImportAsync(sample.Database);
        await alone.CatchUpAsync();
        await alone.ImportAsync(next.Path);
        await alone.CatchUpAsync();
    }

    public async Task DisposeAsync()
    {
        await alone.DisposeAsync();
        await cluster.DisposeAsync();
    }

    public void Dispose()
    {
        installation?.Dispose();
        next?.Dispose();
        sample.Dispose();
    }

    // A range's last statement writes its pace.
    async Task KillBetweenCopyAndCommitAsync(string[] arguments, Func<PadronProcess, Task> kill)
    {
        using var process = Padron.Start(arguments);
        await using var held = await HoldAsync(process);
        await WaitingAsync(process);
        await kill(process);
    }

    async Task<NpgsqlConnection> HoldAsync(PadronProcess process)
    {
        NpgsqlConnection? held = null;
        await Eventually.TrueAsync(
            async () =>
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"The import ended before it could be held: {(await process.EndAsync()).StdErr}");
                var connection = new NpgsqlConnection(Server);
                try
                {
                    await connection.OpenAsync();
                    await connection.BeginTransactionAsync();
                    await using var hold = new NpgsqlCommand("lock table padron.import_pace in share mode", connection);
                    await hold.ExecuteNonQueryAsync();
                    held = connection;
                    return true;
                }
                catch (NpgsqlException)
                {
                    await connection.DisposeAsync(); // it is starting
                    return false;
                }
            },
            "the server is up");
        return held!;
    }

    async Task WaitingAsync(PadronProcess process)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"The import ended though it was held: {(await process.EndAsync()).StdErr}");
                await using var waiting = new NpgsqlCommand("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and query like '%import_pace%' and application_name like 'padron %')", connection);
                return await waiting.ExecuteScalarAsync() is true;
            },
            "a range stands between COPY and commit");
    }
}
