using System.Globalization;
using Padron.Application.Imports;

namespace Padron.Adapters.Machine;

/// <summary>What Linux tells of memory and disks. Elsewhere memory is unknown.</summary>
public sealed class LocalMachine : IMachine
{
    const string MemInfo = "/proc/meminfo";

    // The limit of a container, and what counts against it: version 2 of control groups, and version 1.
    static readonly (string Limit, string Used, string Stat, string Reclaimable)[] Groups =
    [
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat", "inactive_file"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory/memory.stat", "total_inactive_file"),
    ];

    // postmaster.pid has its start in whole seconds, a moment before the one that the server tells.
    static readonly TimeSpan StartTolerance = TimeSpan.FromSeconds(5);

    public string Process { get; } = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}");

    public int Processors => Environment.ProcessorCount;

    public long MemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public long OwnMemory => Environment.WorkingSet;

    public long? AvailableMemory =>
        Figure(MemInfo, "MemAvailable:") is { } kilobytes ? Math.Min(kilobytes << 10, InGroup() ?? long.MaxValue) : InGroup();

    public DiskSpace? DiskOf(string directory)
    {
        try
        {
            return Directory.Exists(directory) && new DriveInfo(directory) is { IsReady: true } disk ? new(disk.TotalSize, disk.AvailableFreeSpace) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool RunsServer(string dataDirectory, DateTimeOffset startedAt)
    {
        try
        {
            return File.ReadLines(Path.Combine(dataDirectory, "postmaster.pid")).ElementAtOrDefault(2) is { } line
                && long.TryParse(line, CultureInfo.InvariantCulture, out var seconds)
                && (DateTimeOffset.FromUnixTimeSeconds(seconds) - startedAt).Duration() <= StartTolerance;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // What files left in memory is given back when somebody needs it.
    static long? InGroup()
    {
        foreach (var (limit, used, stat, reclaimable) in Groups)
        {
            if (Number(limit) is { } most && Number(used) is { } current)
                return Math.Max(0, most - current + (Figure(stat, reclaimable) ?? 0));
        }

        return null;
    }

    // Without a limit the file says "max".
    static long? Number(string file) => File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var number) ? number : null;

    static long? Figure(string file, string name) =>
        File.Exists(file)
        && File.ReadLines(file).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(words => words is [var first, _, ..] && first == name) is [_, var value, ..]
        && long.TryParse(value, CultureInfo.InvariantCulture, out var figure) ? figure : null;
}
