using System.Globalization;
using Padron.Adapters.Postgres;

namespace Padron.Integration.Tests.Fixture;

/// <summary>The private cluster of a test run, in a directory that lasts as long as the run.</summary>
static class TestCluster
{
    // Not TMPDIR: the server runs as another user, who may not reach root's.
    const string Parent = "/tmp";
    const string Prefix = "padron-test-";

    static PrivateCluster? running;

    /// <summary>A test's data is worth nothing after the run, so nothing waits for the disk.</summary>
    public static IReadOnlyDictionary<string, string> FastSettings { get; } = new Dictionary<string, string>
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["max_connections"] = "300",
        ["shared_buffers"] = "256MB",
    };

    /// <summary>Has the number of this run's process in its name: between two commands of a test nobody uses its server, and another run shall not clear it away.</summary>
    public static string NewDirectory() => Path.Combine(Parent, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"));

    public static PrivateClusterOptions Options(string directory) => new(directory) { Settings = FastSettings, StartTimeout = TimeSpan.FromMinutes(1) };

    public static async Task<string> StartAsync()
    {
        await RemoveLeftoversAsync();
        running = await PrivateCluster.AttachAsync(Options(NewDirectory()), CancellationToken.None);
        return running.ConnectionString;
    }

    /// <returns>Whether there was one.</returns>
    public static async Task<bool> StopAsync()
    {
        if (running is null)
            return false;

        await running.DisposeAsync();
        Remove(running.DataDirectory);
        return true;
    }

    /// <summary>Removes the directory of a stopped server. Another run that begins now may be clearing it away as a leftover: then that is done.</summary>
    public static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The other run was faster; what is left of it, it removes.
        }
    }

    static bool IsOfLivingRun(string directory)
    {
        var run = Path.GetFileName(directory)[Prefix.Length..].Split('-')[0];
        return Directory.Exists($"/proc/{run}") || !Directory.Exists("/proc/self"); // without /proc nobody can tell: then nothing is removed
    }

    /// <summary>Stops and removes what killed runs left; those of a run that is alive stay.</summary>
    static async Task RemoveLeftoversAsync()
    {
        foreach (var directory in Directory.GetDirectories(Parent, Prefix + "*"))
        {
            try
            {
                if (IsOfLivingRun(directory) || !File.Exists(Path.Combine(directory, "pg.users.lock")))
                    continue;

                await PrivateCluster.StopUnusedAsync(Options(directory) with { StartTimeout = TimeSpan.FromSeconds(10) }, CancellationToken.None);
                if (File.Exists(Path.Combine(directory, "pg", "postmaster.pid")))
                    continue; // in use

                await using (new FileStream(Path.Combine(directory, "pg.users.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                    Directory.Delete(directory, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or PostgresUnavailableException)
            {
                // In use, or of another user, or being removed by another run; whichever it is, none of our business.
            }
        }
    }
}
