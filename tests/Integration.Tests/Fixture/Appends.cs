using JasperFx.Events;
using Marten;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Fixture;

/// <summary>How a test's append to one stream ended.</summary>
public abstract record AppendResult
{
    /// <param name="Position">Position of the last event appended.</param>
    /// <param name="Version">The stream's version after it.</param>
    public sealed record Appended(long Position, long Version) : AppendResult;

    /// <summary>The stream was not at the expected version.</summary>
    public sealed record Conflict : AppendResult;
}

/// <summary>Appends and reads of tests that bring about what a register may hold, without the commands that would decide it.</summary>
static class Appends
{
    /// <summary>Appends to one stream by Marten's own append.</summary>
    public static async Task<AppendResult> AppendAsync(
        this EventSessions store, Guid stream, long expectedVersion, IReadOnlyList<object> events, EventMetadata metadata, CancellationToken ct = default)
    {
        try
        {
            return await store.TransactAsync(metadata, (session, token) => session.AppendAsync(new(stream, expectedVersion, events), token), ct);
        }
        catch (Exception error) when (EventSessions.IsRace(error))
        {
            return new AppendResult.Conflict();
        }
    }

    /// <summary>The same inside a session's transaction.</summary>
    public static async Task<AppendResult> AppendAsync(this IDocumentSession session, StreamAppend append, CancellationToken ct = default)
    {
        var appended = append.ExpectedVersion == 0
            ? session.Events.StartStream(append.StreamId, append.Events)
            : session.Events.Append(append.StreamId, append.ExpectedVersion + append.Events.Count, append.Events);
        await session.SaveChangesAsync(ct);
        return new AppendResult.Appended(appended.Events[^1].Sequence, append.ExpectedVersion + append.Events.Count);
    }

    public static Task<AppendManyResult> AppendManyAsync(
        this EventSessions store, IReadOnlyList<StreamAppend> appends, EventMetadata metadata, BusyStreams busy = BusyStreams.Wait) =>
        store.TransactAsync(metadata, (session, ct) => session.AppendManyAsync(appends, busy, ct));

    /// <summary>All events in a range of positions, in order.</summary>
    /// <param name="store">The store.</param>
    /// <param name="after">Exclusive floor.</param>
    /// <param name="upTo">Inclusive ceiling.</param>
    public static async IAsyncEnumerable<IEvent> ReadAllAsync(this EventSessions store, long after, long upTo)
    {
        await using var session = store.Store.QuerySession();
        foreach (var stored in await session.Events.QueryAllRawEvents().Where(e => e.Sequence > after && e.Sequence <= upTo).OrderBy(e => e.Sequence).ToListAsync())
            yield return stored;
    }
}
