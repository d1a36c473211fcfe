using Padron.MartenExtensions.Queue;

namespace Padron.MartenExtensions;

/// <summary>An event as it stands in the store.</summary>
/// <param name="Position">Its place among all events (<c>seq_id</c>): unique, rising, with gaps where an append was rolled back.</param>
/// <param name="StreamId">The stream it belongs to.</param>
/// <param name="Version">Its place in the stream: 1, 2, 3 … without gaps.</param>
/// <param name="Id">Unique id of the event.</param>
/// <param name="Data">The event itself.</param>
/// <param name="Timestamp">When the database began the transaction that appended it (UTC).</param>
/// <param name="Metadata">Who caused it, and by what.</param>
public sealed record StoredEvent(long Position, Guid StreamId, long Version, Guid Id, object Data, DateTimeOffset Timestamp, EventMetadata Metadata);

/// <summary>Who caused an event and by what: it answers the auditor, no decision depends on it.</summary>
/// <param name="User">The operator or client that gave the command.</param>
/// <param name="CorrelationId">Shared by everything one request or job caused.</param>
/// <param name="CausationId">The command, message or event that caused it directly.</param>
/// <param name="Headers">A JSON object with whatever else is worth keeping.</param>
public sealed record EventMetadata(string? User = null, string? CorrelationId = null, string? CausationId = null, string? Headers = null)
{
    public static readonly EventMetadata None = new();
}

/// <summary>Events for one stream, valid only while the stream is at <paramref name="ExpectedVersion"/>.</summary>
/// <param name="StreamId">The stream; at most once in a batch.</param>
/// <param name="ExpectedVersion">0 for a stream that must not exist yet.</param>
/// <param name="Events">At least one, oldest first.</param>
public sealed record StreamAppend(Guid StreamId, long ExpectedVersion, IReadOnlyList<object> Events)
{
    /// <summary>What these events cause: enqueued by the same transaction, and not at all when the stream is in conflict.</summary>
    public IReadOnlyList<QueueMessage> Messages { get; init; } = [];
}

/// <summary>How an append to one stream ended.</summary>
public abstract record AppendResult
{
    /// <param name="Position">Position of the last event appended.</param>
    /// <param name="Version">The stream's version after it.</param>
    public sealed record Appended(long Position, long Version) : AppendResult;

    /// <summary>The stream was not at the expected version: nothing was written and no position was used. Load and decide again.</summary>
    public sealed record Conflict : AppendResult;
}

/// <summary>How an append to many streams ended: those in conflict wrote nothing, all others did.</summary>
/// <param name="Position">Position of the last event appended; null when every stream conflicted.</param>
/// <param name="Conflicts">Streams that were not at their expected version or, where asked for, were busy.</param>
public sealed record AppendManyResult(long? Position, IReadOnlySet<Guid> Conflicts);

/// <summary>What to do about a stream that another transaction is appending to right now.</summary>
public enum BusyStreams
{
    /// <summary>Wait for the other transaction to end, then compare versions.</summary>
    Wait,

    /// <summary>
    /// Report it as a conflict at once: for work that can take another stream instead. A stream expected not to exist yet is
    /// waited for all the same.
    /// </summary>
    Skip,
}
