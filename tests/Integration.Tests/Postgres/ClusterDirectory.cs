using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Padron.Adapters.Postgres;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Postgres;

/// <summary>A data directory of one test, removed after it with the server that a failed test may have left.</summary>
sealed class ClusterDirectory(string? below = null) : IAsyncDisposable
{
    readonly string root = TestCluster.NewDirectory();

    public string Path => System.IO.Path.Combine(root, below ?? "");

    public string PostmasterFile => System.IO.Path.Combine(Path, "pg", "postmaster.pid");

    /// <summary>The running server's, null when there is none: a server that stops removes its file.</summary>
    public int? Server => File.Exists(PostmasterFile) ? int.Parse(File.ReadLines(PostmasterFile).First(), CultureInfo.InvariantCulture) : null;

    public Task<PrivateCluster> AttachAsync() => PrivateCluster.AttachAsync(TestCluster.Options(Path), CancellationToken.None);

    /// <summary>Asks the server something over the connection string, pooled connections left out: they would outlive it.</summary>
    public static async Task<object?> AskAsync(PrivateCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>SIGKILL, as the kernel does when memory runs out; the file stays.</summary>
    public async Task KillServerAsync()
    {
        using var process = Process.GetProcessById(Server!.Value);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGKILL at a moment when the server may be about to start, or be dead from the last time.</summary>
    /// <returns>False when there is none to kill.</returns>
    public async Task<bool> TryKillServerAsync()
    {
        try
        {
            if (!int.TryParse(File.ReadLines(PostmasterFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var server))
                return false;
            using var process = Process.GetProcessById(server);
            process.Kill();
            await process.WaitForExitAsync();
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or ArgumentException) // no file; no such process
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(root))
            return;
        if (Directory.Exists(System.IO.Path.Combine(Path, "pg")))
            await PrivateCluster.StopUnusedAsync(TestCluster.Options(Path), CancellationToken.None);
        TestCluster.Remove(root);
    }
}
