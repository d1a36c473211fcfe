using Padron.Application.Imports.Watching;

namespace Padron.Api.Configuration;

/// <summary>What an import leaves free. Where less is left it waits and says so, and goes on by itself when there is room again.</summary>
sealed record ReserveOptions
{
    /// <summary>
    /// Free space of the disk on which the server's data lie, for its log and for others; building indexes waits for their room besides. The disk of a
    /// server on another machine can't be seen, and is not waited for.
    /// </summary>
    /// <value>Megabytes from 64 to 1000000; default 2048.</value>
    [Setting("RESERVE_DISK", Unit = "megabytes", Min = 64, Max = 1_000_000)]
    public int DiskMegabytes { get; init; } = 2048;

    /// <summary>The same as a share of that disk; the larger of both counts.</summary>
    /// <value>Percent from 0 to 50; default 5.</value>
    [Setting("RESERVE_DISK_PERCENT", Unit = "percent", Min = 0, Max = 50)]
    public int DiskPercent { get; init; } = 5;

    /// <summary>Memory of the machine that imports, or of its container where that has a limit.</summary>
    /// <value>Megabytes from 0 to 1000000; default 256.</value>
    [Setting("RESERVE_MEMORY", Unit = "megabytes", Min = 0, Max = 1_000_000)]
    public int MemoryMegabytes { get; init; } = 256;

    public RoomReserve ForImports() => new((long)DiskMegabytes << 20, DiskPercent, (long)MemoryMegabytes << 20);
}
