using JasperFx.Events.Daemon;
using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>What an error of a page means. Marten wraps some errors, so the causes are looked at too.</summary>
static class ProjectionErrors
{
    const int LongestError = 4000;

    /// <summary>The error that comes of an event's data, so that the same page fails again however often it is tried; null when there is none.</summary>
    /// <remarks>
    /// Bad values (22), broken constraints (23), values too large for an index (54), and what a function raises (P0). A missing table or a wrong word in a
    /// statement (42) fails with every page, and what is out of order in the server passes.
    /// </remarks>
    public static PostgresException? OfAnEvent(Exception error) =>
        Causes(error).OfType<PostgresException>().FirstOrDefault(cause => cause.SqlState[..2] is "22" or "23" or "54" or "P0");

    /// <summary>Whether another process moved the progression: by Marten's compare-and-set, by the key of its first row, or by our fence.</summary>
    public static bool WasMoved(Exception error) => Causes(error).Any(cause => cause
        is ProgressionProgressOutOfOrderException
        or ProjectionMovedException
        or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "mt_event_progression" });

    /// <summary>An error as it is kept: <c>CODE: text</c>. The text may quote a value, so it stays in the database.</summary>
    public static string Describe(Exception error)
    {
        var text = Causes(error).OfType<PostgresException>().FirstOrDefault() is { } told
            ? $"{told.SqlState}: {told.MessageText}" : $"{error.GetType().Name}: {error.Message}";
        return text.Length > LongestError ? text[..LongestError] : text;
    }

    static IEnumerable<Exception> Causes(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}

/// <summary>Another process moved the projection while this one folded a page, which is rolled back.</summary>
sealed class ProjectionMovedException(string name) : Exception($"Another process moved the projection '{name}'.");

/// <summary>Another process is writing the projection.</summary>
public sealed class ProjectionBusyException(string name, Exception? inner = null)
    : Exception($"Another process is writing the projection '{name}': stop it, or wait until it is done.", inner);

/// <summary>The projection's statements fail without any event: no event is to blame, so none is passed.</summary>
public sealed class InvalidProjectionException(string name, Exception inner)
    : Exception($"The projection '{name}' can't be run: its statements fail over no event at all.", inner);
