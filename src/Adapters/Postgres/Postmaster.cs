using System.Diagnostics;
using System.Globalization;

namespace Padron.Adapters.Postgres;

/// <summary>A running server, as its <c>postmaster.pid</c> tells.</summary>
/// <param name="Pid">The process that the others of the server descend from.</param>
/// <param name="SocketDirectory">Where it listens, whatever this process would have chosen.</param>
/// <param name="IsReady">False while it starts, recovers or stops.</param>
sealed record Postmaster(int Pid, string SocketDirectory, bool IsReady)
{
    public static string FileOf(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <returns>Null where none runs, be it that the file of a crashed one is still there.</returns>
    public static Postmaster? Find(string cluster)
    {
        // pid, data directory, start time, port, socket directory, TCP address, shared memory, status
        if (ReadLines(FileOf(cluster)) is not [var first, _, var started, _, var socket, .. var rest])
            return null;

        return int.TryParse(first, CultureInfo.InvariantCulture, out var pid) && Wrote(pid, started, cluster)
            ? new(pid, socket, rest is [_, _, var status, ..] && status.Trim() is "ready")
            : null;
    }

    /// <summary>Whether the process of that number is the one that wrote the file, and not one that has its number after a crash.</summary>
    static bool Wrote(int pid, string started, string cluster)
    {
        if (!OperatingSystem.IsLinux())
            return Process.GetProcesses().Any(process => process.Id == pid && process.ProcessName is "postgres");

        // "123 (postgres) S …". A zombie is dead, although it answers to kill(pid, 0).
        if (ReadLines($"/proc/{pid}/stat") is not [var stat]
            || !stat.Contains("(postgres) ", StringComparison.Ordinal)
            || stat.Contains(") Z ", StringComparison.Ordinal))
            return false;

        try
        {
            // A server's working directory is its cluster, so this is our file seen through the process.
            return ReadLines(FileOf($"/proc/{pid}/cwd")) is [_, _, var itsStart, ..] && itsStart == started;
        }
        catch (UnauthorizedAccessException)
        {
            return true; // a container's root may not look into another user's process: the name must do
        }
    }

    /// <summary>
    /// Whether children of a killed server are still at work in its cluster. A child notices that death when it next waits for something: one that builds an
    /// index, or removes thousands of rows, may be at it for minutes, and meanwhile no new server starts.
    /// </summary>
    public static bool LeftChildren(string cluster) =>
        OperatingSystem.IsLinux()
        && ReadLines(FileOf(cluster)) is [_, var data, ..]
        && Directory.EnumerateDirectories("/proc").Any(process => int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out _) && WorksIn(process, data));

    static bool WorksIn(string process, string data)
    {
        try
        {
            return ReadLines($"{process}/stat") is [var stat]
                && stat.Contains("(postgres) ", StringComparison.Ordinal)
                && !stat.Contains(") Z ", StringComparison.Ordinal)
                && ReadLines(FileOf($"{process}/cwd")) is [_, var its, ..] && its == data;
        }
        catch (UnauthorizedAccessException)
        {
            return false; // somebody else's
        }
    }

    static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return []; // gone, perhaps while we read
        }
    }
}
