using Padron.Domain;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Application;

/// <summary>What a command came to.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Events">What it added; empty when there was nothing new to say.</param>
/// <param name="Position">Position of the last event added: a read model that has reached it shows the change.</param>
public sealed record Decided<TState>(TState State, IReadOnlyList<object> Events, long? Position);

/// <summary>Load, decide, append: the one way a command reaches a stream.</summary>
public sealed class Streams(EventSessions sessions, DurableQueue queue)
{
    public async Task<TState> LoadAsync<TState>(Guid stream, TState initial, Func<TState, object, TState> evolve, CancellationToken ct = default) =>
        (await sessions.ReadStreamAsync(stream, ct)).Aggregate(initial, (state, stored) => evolve(state, stored.Data));

    /// <summary>Decides on the stream's present state; when somebody else appended meanwhile, loads and decides again, three times.</summary>
    /// <exception cref="RuleViolationException">A rule refuses the command; or <c>concurrency_conflict</c> after the third race lost.</exception>
    public Task<Decided<TState>> ExecuteAsync<TState, TEvent>(
        Guid stream, TState initial, Func<TState, object, TState> evolve, Func<TState, TEvent[]> decide, EventMetadata metadata, CancellationToken ct = default)
        where TEvent : class => ExecuteAsync(stream, initial, evolve, decide, metadata, [], ct);

    /// <summary>The same, with messages that are enqueued together with the events, and not at all when there are none.</summary>
    /// <exception cref="RuleViolationException">A rule refuses the command; or <c>concurrency_conflict</c> after the third race lost.</exception>
    public async Task<Decided<TState>> ExecuteAsync<TState, TEvent>(
        Guid stream, TState initial, Func<TState, object, TState> evolve, Func<TState, TEvent[]> decide, EventMetadata metadata,
        IReadOnlyList<QueueMessage> messages, CancellationToken ct = default)
        where TEvent : class
    {
        try
        {
            return await sessions.TransactAsync(
                metadata,
                async (session, token) =>
                {
                    var history = await session.Events.FetchStreamAsync(stream, token: token);
                    var state = history.Aggregate(initial, (current, stored) => evolve(current, stored.Data));
                    var events = decide(state);
                    if (events.Length == 0)
                        return new Decided<TState>(state, events, null);
                    var appended = history.Count == 0
                        ? session.Events.StartStream(stream, [.. events])
                        : session.Events.Append(stream, history.Count + events.Length, [.. events]);
                    await session.SaveChangesAsync(token);
                    await queue.EnqueueAsync(messages, metadata, token);
                    return new(events.Aggregate(state, evolve), events, appended.Events[^1].Sequence);
                },
                ct);
        }
        catch (Exception error) when (EventSessions.IsRace(error))
        {
            throw new RuleViolationException("concurrency_conflict", "Others are changing the same record at this moment: try again.");
        }
    }
}
