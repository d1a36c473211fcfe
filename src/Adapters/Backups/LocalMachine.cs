using System.Globalization;
using Padron.Application.Imports.Phases;

namespace Padron.Adapters.Backups;

/// <summary>The machine that this process runs on.</summary>
public sealed class LocalMachine : IMachine
{
    const string MemoryInfo = "/proc/meminfo";

    public int Processors => Environment.ProcessorCount;

    public long MemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>What Linux says could be had without swapping, its cache included; elsewhere what this process's collector knows.</summary>
    public long MemoryFreeBytes
    {
        get
        {
            const string Available = "MemAvailable:";
            var line = File.Exists(MemoryInfo) ? File.ReadLines(MemoryInfo).FirstOrDefault(text => text.StartsWith(Available, StringComparison.Ordinal)) : null;
            return line is not null && long.TryParse(line[Available.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var kilobytes)
                ? Math.Min(kilobytes * 1024, MemoryBytes)
                : MemoryBytes - GC.GetGCMemoryInfo().MemoryLoadBytes;
        }
    }

    public long? DiskFreeBytes(string directory)
    {
        var existing = Path.GetFullPath(directory);
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            existing = parent;
        try
        {
            return new DriveInfo(existing).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // not ours to look at
        }
    }
}
