namespace Padron.MartenExtensions.Daemon;

/// <summary>Finds by halving the one event for which pages fail: good halves are applied and stay so, bad ones are halved again.</summary>
sealed class PoisonHunt(int pageSize)
{
    long size = pageSize;
    long suspectedUpTo;

    /// <returns>Where the next page ends.</returns>
    public long Next(long position, long target) => Math.Min(position + size, target);

    public void Passed(long position) => size = position < suspectedUpTo ? Half(suspectedUpTo - position) : pageSize;

    /// <returns>True when the page was of one position: it is the event there.</returns>
    public bool Failed(long from, long to)
    {
        suspectedUpTo = to;
        size = Half(to - from);
        return to - from == 1;
    }

    static long Half(long positions) => Math.Max(1, positions / 2);
}
