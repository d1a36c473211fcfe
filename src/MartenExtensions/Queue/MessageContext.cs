using Marten;
using Npgsql;

namespace Padron.MartenExtensions.Queue;

/// <summary>One try of a message: what is known of it, and the transaction in which it is removed.</summary>
public sealed class MessageContext : IAsyncDisposable
{
    readonly EventSessions sessions;
    readonly MessageTypes types;
    readonly QueueTable table;
    readonly TakenMessage message;
    NpgsqlConnection? connection;
    NpgsqlTransaction? transaction;
    IDocumentSession? session;

    internal MessageContext(EventSessions sessions, MessageTypes types, QueueTable table, TakenMessage message)
    {
        this.sessions = sessions;
        this.types = types;
        this.table = table;
        this.message = message;
        Metadata = new EventMetadata(message.User, message.CorrelationId ?? message.Id.ToString(), message.Id.ToString());
    }

    /// <summary>The same in every try: the idempotency key of effects outside the transaction.</summary>
    public Guid Id => message.Id;

    /// <summary>1 for the first try.</summary>
    public int Attempt => message.Attempt;

    /// <summary>When the transaction that enqueued the message began (UTC).</summary>
    public DateTimeOffset EnqueuedAt => message.EnqueuedAt;

    /// <summary>For what the handler appends and enqueues: same user, same correlation, caused by this message.</summary>
    public EventMetadata Metadata { get; }

    /// <summary>
    /// Begins the transaction that commits when the handler returns, together with the message's removal; rolled back when it throws,
    /// or when another worker has taken the message over. A second call returns the same one.
    /// </summary>
    public async Task<IDocumentSession> BeginAsync(CancellationToken ct = default)
    {
        if (session is not null)
            return session;
        connection = await sessions.DataSource.OpenConnectionAsync(ct);
        transaction = await connection.BeginTransactionAsync(ct);
        session = sessions.On(transaction);
        Metadata.ApplyTo(session);
        return session;
    }

    /// <summary>Enqueues messages that commit with this one's removal, caused by it.</summary>
    public async Task<int> EnqueueAsync(IReadOnlyList<QueueMessage> messages, CancellationToken ct = default) =>
        await MessageWriter.EnqueueAsync((await BeginAsync(ct)).Connection, types, messages, Metadata, ct);

    // Not cancellable: whoever stops a worker would not know whether the commit was done.
    internal async Task<bool> CompleteAsync()
    {
        if (transaction is null)
            return await table.RemoveAsync(message);
        await session!.SaveChangesAsync(CancellationToken.None);
        if (!await QueueTable.RemoveAsync(message, connection!))
            return false; // and disposing rolls back
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null)
            await session.DisposeAsync();
        if (transaction is not null)
            await transaction.DisposeAsync();
        if (connection is not null)
            await connection.DisposeAsync();
    }
}
