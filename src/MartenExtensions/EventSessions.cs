using JasperFx;
using JasperFx.Events;
using Marten;
using Marten.Services;
using Npgsql;
using Padron.MartenExtensions.Bulk;

namespace Padron.MartenExtensions;

/// <summary>Marten sessions in transactions of ours: events, and whatever else must be true together with them, commit at once.</summary>
/// <remarks>
/// A lost connection, a deadlock and a serialization failure are retried with backoff (<see cref="Resilience"/>); so is a race for a stream, three times. What
/// still fails comes out as Npgsql's or Marten's own exception.
/// </remarks>
/// <param name="dataSource">The store's database.</param>
/// <param name="store">Built when the first session is opened: a command that only reads tables does without.</param>
public sealed class EventSessions(NpgsqlDataSource dataSource, Lazy<IDocumentStore> store) : IDisposable
{
    const int Races = 3;
    const string Savepoint = "joined";

    // Flows into what the work calls, and nowhere else.
    readonly AsyncLocal<NpgsqlTransaction?> current = new();

    public NpgsqlDataSource DataSource => dataSource;

    public IDocumentStore Store => store.Value;

    /// <summary>Runs <paramref name="work"/> in a transaction and commits it; within another's work, in that transaction, which its owner commits.</summary>
    /// <param name="metadata">Stamped on the events of the session.</param>
    /// <param name="work">
    /// What it has left pending on the session is saved when it returns. It may run more than once, even when an earlier run had committed and only its answer
    /// was lost: expected versions and compare-and-set make that safe, blind inserts do not.
    /// </param>
    /// <param name="ct">Cancelling rolls back.</param>
    /// <exception cref="StreamsLoadingException">A bulk load is bringing in streams of this kind.</exception>
    /// <exception cref="ConcurrencyException">Others were faster, three times.</exception>
    public async Task<T> TransactAsync<T>(EventMetadata metadata, Func<IDocumentSession, CancellationToken, Task<T>> work, CancellationToken ct = default)
    {
        try
        {
            for (var race = 1; ; race++)
            {
                try
                {
                    return current.Value is { } joined ? await JoinAsync(joined, metadata, work, ct) : await BeginAsync(metadata, work, ct);
                }
                catch (Exception error) when (race < Races && IsRace(error))
                {
                    // Rolled back, to the savepoint at least: load and decide again.
                }
            }
        }
        catch (Exception error) when (BulkLoad.IsClosedBy(error))
        {
            throw new StreamsLoadingException(error);
        }
    }

    /// <summary>The same without events.</summary>
    public Task<T> TransactAsync<T>(Func<IDocumentSession, CancellationToken, Task<T>> work, CancellationToken ct = default) =>
        TransactAsync(EventMetadata.None, work, ct);

    /// <summary>A stream's events, oldest first; none when there is no such stream. Within the work of a transaction they are read in it.</summary>
    public async Task<IReadOnlyList<IEvent>> ReadStreamAsync(Guid streamId, CancellationToken ct = default)
    {
        await using var session = current.Value is { } joined ? On(joined) : Store.LightweightSession();
        return await session.Events.FetchStreamAsync(streamId, token: ct);
    }

    /// <summary>A session in a transaction that somebody else commits.</summary>
    public IDocumentSession On(NpgsqlTransaction transaction) => Store.LightweightSession(SessionOptions.ForTransaction(transaction));

    /// <summary>Disposes of the store, if it was built; the data source stays the caller's.</summary>
    public void Dispose()
    {
        if (store.IsValueCreated)
            store.Value.Dispose();
    }

    async Task<T> BeginAsync<T>(EventMetadata metadata, Func<IDocumentSession, CancellationToken, Task<T>> work, CancellationToken ct) =>
        await Resilience.Pipeline.ExecuteAsync(
            async token =>
            {
                await using var connection = await dataSource.OpenConnectionAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(token);
                current.Value = transaction;
                var result = await RunAsync(transaction, metadata, work, token);
                await transaction.CommitAsync(token);
                return result;
            },
            ct);

    // A lost connection is not retried here: the whole transaction is lost with it, and its owner begins again.
    async Task<T> JoinAsync<T>(NpgsqlTransaction transaction, EventMetadata metadata, Func<IDocumentSession, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        await transaction.SaveAsync(Savepoint, ct);
        try
        {
            return await RunAsync(transaction, metadata, work, ct);
        }
        catch (Exception error) when (IsRace(error))
        {
            await transaction.RollbackAsync(Savepoint, ct);
            throw;
        }
    }

    async Task<T> RunAsync<T>(NpgsqlTransaction transaction, EventMetadata metadata, Func<IDocumentSession, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        await using var session = On(transaction);
        metadata.ApplyTo(session);
        var result = await work(session, ct);
        await session.SaveChangesAsync(ct);
        return result;
    }

    /// <summary>Whether an append failed because somebody else appended to its stream meanwhile.</summary>
    public static bool IsRace(Exception error) => error is ConcurrencyException or JasperFx.Events.ExistingStreamIdCollisionException or Marten.Exceptions.ExistingStreamIdCollisionException;
}
