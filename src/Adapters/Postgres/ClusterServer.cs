using System.Globalization;

namespace Padron.Adapters.Postgres;

/// <summary>Starts and stops the server of a cluster. The caller holds the start lock.</summary>
sealed class ClusterServer(ClusterPaths paths, ServerUser user, PostgresBinaries binaries, PrivateClusterOptions options)
{
    static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);

    // About five seconds, in which the children of a killed server notice and let go of its memory; those that are seen at work are waited for besides.
    const int RetriesAfterCrash = 30;

    /// <summary>Finds the server that runs, whoever started it, or starts one.</summary>
    /// <returns>The directory of its socket.</returns>
    public async Task<string> EnsureRunningAsync(CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(options.StartTimeout);
        try
        {
            while (Postmaster.Find(paths.Cluster) is { } running)
            {
                if (running.IsReady)
                    return running.SocketDirectory;
                await Task.Delay(Retry, deadline.Token); // a process was killed while it started or stopped this one
            }

            if (!File.Exists(paths.VersionFile))
                await ClusterCreation.CreateAsync(paths, user, binaries, options, deadline.Token);
            return await StartAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw await FailureAsync($"was not ready after {options.StartTimeout.TotalSeconds:0} s", ct);
        }
    }

    /// <summary>Stops the server unless a process still uses it.</summary>
    public async Task StopIfUnusedAsync(CancellationToken ct)
    {
        using var alone = ClusterLock.TryTakeAlone(paths.UsersLock);
        if (alone is null || Postmaster.Find(paths.Cluster) is not { } running)
            return;

        // Fast: sessions are ended, since those of killed processes would be waited for; their transactions roll back.
        if (!(await user.RunAsync(binaries.Program("pg_ctl"), ["stop", "-m", "fast", "-D", paths.Cluster, "-s", "-w", "-t", TimeoutInSeconds], ct)).Succeeded)
            throw await FailureAsync($"(process {running.Pid}) did not stop", ct);
        await SocketDirectory.RemoveAsync(running.SocketDirectory, paths, user, ct);
    }

    async Task<string> StartAsync(CancellationToken ct)
    {
        var crashed = await ForgetPidAsync(ct);
        var socketDirectory = await SocketDirectory.CreateAsync(paths, user, ct);
        var prepared = await user.ShellAsync(
            """umask 077; rm -f "$1" "$1.lock"; if [ -e "$2" ]; then mv -f "$2" "$2.1"; fi; cat > "$3" """,
            [Path.Combine(socketDirectory, SocketDirectory.File), paths.Log, paths.Settings],
            ct,
            ServerSettings.Render(socketDirectory, await WalCompressionAsync(ct), options.Settings));

        for (var retries = crashed ? RetriesAfterCrash : 0; ; retries--)
        {
            if (prepared.Succeeded && (await PgCtlStartAsync(ct)).Succeeded)
                return socketDirectory;
            if (!prepared.Succeeded || (retries <= 0 && !(crashed && Postmaster.LeftChildren(paths.Cluster))))
                throw await FailureAsync($"did not start{(prepared.Succeeded ? "" : ": " + prepared.Output)}", ct);
            await Task.Delay(Retry, ct);
        }
    }

    // The server itself says whether it takes the setting, and does not start for that.
    async Task<string> WalCompressionAsync(CancellationToken ct) =>
        (await user.RunAsync(binaries.Program("postgres"), ["-D", paths.Cluster, "-c", $"wal_compression={ServerSettings.QuickCompression}", "-C", "wal_compression"], ct)).Succeeded
            ? ServerSettings.QuickCompression
            : "on";

    /// <summary>After a crash another process may have the dead server's number, and a new server would refuse to start because of it.</summary>
    /// <remarks>
    /// Only the number is replaced, by one that no process has. The rest of the file stays: by it the server knows whether children
    /// of the killed one are still at work on the data.
    /// </remarks>
    /// <returns>Whether there was a crash.</returns>
    async Task<bool> ForgetPidAsync(CancellationToken ct)
    {
        var file = Postmaster.FileOf(paths.Cluster);
        if (!File.Exists(file))
            return false;

        var lines = await File.ReadAllLinesAsync(file, ct);
        if (lines is not [])
        {
            lines[0] = int.MaxValue.ToString(CultureInfo.InvariantCulture);
            await user.ShellAsync("umask 077; cat > \"$1.new\" && mv -f \"$1.new\" \"$1\"", [file], ct, string.Join('\n', lines) + "\n");
        }

        return true;
    }

    string TimeoutInSeconds => Math.Max(1, (int)options.StartTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Starts the server and waits until it accepts connections.</summary>
    /// <remarks>
    /// pg_ctl gives the server a session of its own, so that Ctrl-C in our terminal does not reach it. It hands -D and -l to a shell
    /// between double quotes as they are, and a path may have a quote or a dollar in it: so neither is used.
    /// </remarks>
    Task<Finished> PgCtlStartAsync(CancellationToken ct) =>
        user.ShellAsync(
            """umask 077; PGDATA=$1; export PGDATA; exec "$2" start -s -w -t "$3" >> "$4" 2>&1""",
            [paths.Cluster, binaries.Program("pg_ctl"), TimeoutInSeconds, paths.Log],
            ct);

    async Task<PostgresUnavailableException> FailureAsync(string what, CancellationToken ct)
    {
        var tail = await user.RunAsync("tail", ["-n", "15", paths.Log], ct);
        var log = tail.Succeeded ? $" The end of its log, {paths.Log}:\n{tail.Output.TrimEnd()}" : "";
        return new($"The database server of {paths.Data} {what}.{log}");
    }
}
