namespace Padron.MartenExtensions;

/// <summary>Events for one of many streams, valid only while the stream is at <paramref name="ExpectedVersion"/>.</summary>
/// <param name="StreamId">The stream; at most once in a batch.</param>
/// <param name="ExpectedVersion">0 for a stream that must not exist yet.</param>
/// <param name="Events">At least one, oldest first.</param>
public sealed record StreamAppend(Guid StreamId, long ExpectedVersion, IReadOnlyList<object> Events);

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
