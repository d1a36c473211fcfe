using System.Globalization;

namespace Padron.Application.Imports.Watching;

/// <summary>What imports leave free, for the server's log, its indexes and everybody else.</summary>
/// <param name="DiskBytes">Of the server's disk, at least.</param>
/// <param name="DiskPercent">Of the server's disk, at least, if that is more.</param>
/// <param name="MemoryBytes">Of this machine's memory.</param>
public sealed record RoomReserve(long DiskBytes, int DiskPercent, long MemoryBytes)
{
    public static readonly RoomReserve Default = new(2L << 30, 5, 256L << 20);

    public long Of(DiskSpace disk) => Math.Max(DiskBytes, disk.Bytes / 100 * DiskPercent);
}

/// <summary>Lets an import wait while disk or memory are low. What can't be seen, such as the disk of another machine, is not waited for.</summary>
public sealed class RoomGuard(ServerDisk disk, IMachine machine, RoomReserve reserve, TimeProvider clock)
{
    static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>The server's disk, null where it can't be seen.</summary>
    public Task<DiskSpace?> DiskAsync(CancellationToken ct) => disk.ReadAsync(ct);

    /// <summary>Returns when there is room, at once or later.</summary>
    /// <param name="step">What needs it.</param>
    /// <param name="diskBytes">What the step will take of the disk beyond what is left free always.</param>
    /// <param name="paused">Told why it waits, each time it has looked; null when it goes on.</param>
    /// <param name="ct">Ends the wait.</param>
    internal async Task WaitAsync(string step, long diskBytes, Action<string?> paused, CancellationToken ct)
    {
        var because = await LackAsync(step, diskBytes, ct);
        if (because is null)
            return;
        do
        {
            paused(because);
            await Task.Delay(PollInterval, clock, ct);
            because = await LackAsync(step, diskBytes, ct);
        }
        while (because is not null);
        paused(null);
    }

    /// <returns>A sentence; null when nothing is lacking.</returns>
    async Task<string?> LackAsync(string step, long diskBytes, CancellationToken ct)
    {
        if (await disk.ReadAsync(ct) is { } space && space.FreeBytes < reserve.Of(space) + diskBytes)
            return $"the server's disk has {Megabytes(space.FreeBytes)} free, and {step} takes {Megabytes(reserve.Of(space) + diskBytes)}, with what stays free: free some, and it goes on";
        if (machine.AvailableMemory is { } memory && memory < reserve.MemoryBytes)
            return $"the machine has {Megabytes(memory)} of memory left, and {Megabytes(reserve.MemoryBytes)} are left to others: end something else, and it goes on";
        return null;
    }

    static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20:N0} MB");
}
