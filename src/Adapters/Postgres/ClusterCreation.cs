namespace Padron.Adapters.Postgres;

/// <summary>Makes the cluster: under a name of its own, and renamed when complete, so that <c>pg</c> is never half a cluster.</summary>
static class ClusterCreation
{
    public const string Superuser = "padron";

    public static async Task CreateAsync(
        ClusterPaths paths, ServerUser user, PostgresBinaries binaries, PrivateClusterOptions options, CancellationToken ct)
    {
        if (Directory.Exists(paths.Cluster))
        {
            if (Directory.EnumerateFileSystemEntries(paths.Cluster).Any())
                throw new PostgresUnavailableException(
                    $"{paths.Cluster} is not empty and no PostgreSQL cluster either: move it away, or set PADRON_DATA_DIR to another directory.");
            Directory.Delete(paths.Cluster);
        }

        RemoveUnfinished(paths);
        // Never the same name twice: the initdb of a killed process may still be writing into the last one.
        var unfinished = Path.Combine(paths.Data, $"pg.init-{Guid.NewGuid():N}");
        try
        {
            await user.CreateDirectoryAsync(unfinished, ct);
            string[] arguments =
            [
                "--pgdata", unfinished, "--username", Superuser,
                // Only the socket leads in, and only its owner and root can get to it.
                "--auth", "trust",
                // The same order and the same upper case on every machine, whatever locales it has; and the fastest to compare.
                "--encoding", "UTF8", "--locale", "C",
                .. IsDurable(options) ? (string[])[] : ["--no-sync"],
            ];
            Require(await user.RunAsync(binaries.Program("initdb"), arguments, ct));
            Require(await user.ShellAsync("echo \"include 'padron.conf'\" >> \"$1/postgresql.conf\"", [unfinished], ct));
            Directory.Move(unfinished, paths.Cluster);
        }
        catch
        {
            RemoveUnfinished(paths);
            throw;
        }
    }

    static bool IsDurable(PrivateClusterOptions options) => options.Settings.GetValueOrDefault("fsync") is not "off";

    static void Require(Finished step)
    {
        if (!step.Succeeded)
            throw new PostgresUnavailableException($"PostgreSQL could not make its data directory:\n{step.Output.Trim()}");
    }

    static void RemoveUnfinished(ClusterPaths paths)
    {
        foreach (var directory in Directory.GetDirectories(paths.Data, "pg.init-*"))
        {
            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (IOException)
            {
                // Its initdb is still writing; the next creation removes it.
            }
        }
    }
}
