namespace Padron.Application.Imports;

/// <summary>Size of a disk, and what of it is free for whoever is not root.</summary>
public readonly record struct DiskSpace(long Bytes, long FreeBytes);

/// <summary>The machine that this process runs on.</summary>
public interface IMachine
{
    /// <summary>The machine's name and the process's number.</summary>
    string Process { get; }

    int Processors { get; }

    /// <summary>The container's limit where there is one.</summary>
    long MemoryBytes { get; }

    /// <summary>Bytes of memory that this process holds.</summary>
    long OwnMemory { get; }

    /// <summary>Bytes that can still be had before the machine, or the container's limit, is at its end; null where that can't be told.</summary>
    long? AvailableMemory { get; }

    /// <summary>The disk on which a directory lies; null when there is no such directory here, or it is closed to us.</summary>
    DiskSpace? DiskOf(string directory);

    /// <summary>Whether a PostgreSQL that began at this time runs on a data directory of this machine.</summary>
    bool RunsServer(string dataDirectory, DateTimeOffset startedAt);
}
