using Npgsql;

namespace Padron.Projections;

/// <summary>Finds by halving the one event for which pages fail: good halves are applied and stay so, bad ones are halved again.</summary>
sealed class PoisonHunt(int pageSize)
{
    const int LongestError = 4000;

    long size = pageSize;
    long suspectedUpTo;

    /// <summary>Whether it is the data of an event that an error comes of, so that the same page fails again however often it is tried.</summary>
    /// <remarks>
    /// Bad values (22), broken constraints (23), values too large for an index (54), and what a function raises (P0). A missing table or a wrong word in a
    /// statement (42) fails with every page, and what is out of order in the server passes.
    /// </remarks>
    public static bool IsOfAnEvent(PostgresException error) => error.SqlState[..2] is "22" or "23" or "54" or "P0";

    /// <summary>An error as it is kept: <c>CODE: text</c>. The text may quote a value, so it stays in the database.</summary>
    public static string Describe(Exception error)
    {
        var text = (error is InvalidProjectionException ? error.InnerException : error) is PostgresException told
            ? $"{told.SqlState}: {told.MessageText}" : $"{error.GetType().Name}: {error.Message}";
        return text.Length > LongestError ? text[..LongestError] : text;
    }

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
