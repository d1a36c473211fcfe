using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using Padron.MartenExtensions.Queue;

namespace Padron.MartenExtensions;

/// <summary>An event store in PostgreSQL: streams, versions and one order over all events.</summary>
/// <remarks>
/// A lost connection, a deadlock and a serialization failure are retried with backoff (<see cref="Resilience"/>). What still
/// fails comes out as Npgsql's own exception.
/// </remarks>
/// <param name="messageTypes">What appends may put on the durable queue; nothing when left out.</param>
public sealed class PostgresEventStore(NpgsqlDataSource dataSource, EventTypes types, MessageTypes? messageTypes = null)
{
    const string Columns = "seq_id, stream_id, version, id, type, data, timestamp, user_name, correlation_id, causation_id, headers";

    // Flows into what the work calls, and nowhere else.
    readonly AsyncLocal<EventTransaction?> current = new();

    public NpgsqlDataSource DataSource => dataSource;

    /// <summary>Appends to one stream at its expected version; 0 makes a new stream.</summary>
    public Task<AppendResult> AppendAsync(Guid streamId, long expectedVersion, IReadOnlyList<object> events, EventMetadata metadata, CancellationToken ct = default) =>
        TransactAsync((transaction, token) => transaction.AppendAsync(new(streamId, expectedVersion, events), metadata, token), ct);

    /// <summary>Appends to many streams in one transaction: the streams in conflict come back, all others commit.</summary>
    public Task<AppendManyResult> AppendManyAsync(
        IReadOnlyList<StreamAppend> appends, EventMetadata metadata, BusyStreams busy = BusyStreams.Wait, CancellationToken ct = default) =>
        TransactAsync((transaction, token) => transaction.AppendManyAsync(appends, metadata, busy, token), ct);

    /// <summary>Runs <paramref name="work"/> in a transaction and commits it; within another's work, in that transaction, which its owner commits.</summary>
    /// <param name="work">
    /// May run more than once, even when an earlier run had committed and only its answer was lost: expected versions and
    /// compare-and-set make that safe, blind inserts do not.
    /// </param>
    /// <param name="ct">Cancelling rolls back.</param>
    public async Task<T> TransactAsync<T>(Func<EventTransaction, CancellationToken, Task<T>> work, CancellationToken ct = default) =>
        current.Value is { } joined
            ? await work(joined, ct) // not retried here: what failed has failed the whole transaction, and its owner begins again
            : await Resilience.Pipeline.ExecuteAsync(
                async token =>
                {
                    await using var connection = await dataSource.OpenConnectionAsync(token);
                    await using var transaction = await connection.BeginTransactionAsync(token);
                    var result = await work(current.Value = On(connection), token);
                    await transaction.CommitAsync(token);
                    return result;
                },
                ct);

    /// <summary>The store's operations on a connection whose transaction somebody else commits.</summary>
    internal EventTransaction On(NpgsqlConnection connection) => new(connection, types, messageTypes);

    /// <summary>A stream's events after <paramref name="afterVersion"/>, oldest first; none when there is no such stream.</summary>
    /// <remarks>Within the work of <see cref="TransactAsync{T}"/> it is read in that transaction, with what was appended there.</remarks>
    public async Task<IReadOnlyList<StoredEvent>> ReadStreamAsync(Guid streamId, long afterVersion = 0, CancellationToken ct = default) =>
        current.Value is { } joined
            ? await ReadStreamAsync(joined.Connection, streamId, afterVersion, ct)
            : await Resilience.Pipeline.ExecuteAsync(
                async token =>
                {
                    await using var connection = await dataSource.OpenConnectionAsync(token);
                    return await ReadStreamAsync(connection, streamId, afterVersion, token);
                },
                ct);

    async Task<IReadOnlyList<StoredEvent>> ReadStreamAsync(NpgsqlConnection connection, Guid streamId, long afterVersion, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from events.mt_events where stream_id = $1 and version > $2 order by version", connection)
        {
            Parameters = { new() { Value = streamId }, new() { Value = afterVersion } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync(ct))
            events.Add(await ReadAsync(reader, ct));
        return events;
    }

    /// <summary>All events in a range of positions, in order, streamed.</summary>
    /// <param name="after">Exclusive floor.</param>
    /// <param name="upTo">Inclusive ceiling. Beyond the high-water mark an append in flight would be missed.</param>
    /// <param name="ct">Ends the stream.</param>
    public async IAsyncEnumerable<StoredEvent> ReadAllAsync(long after, long upTo, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand($"select {Columns} from events.mt_events where seq_id > $1 and seq_id <= $2 order by seq_id");
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return await ReadAsync(reader, ct);
    }

    async Task<StoredEvent> ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var type = types.Named(reader.GetString(4));
        return new StoredEvent(
            reader.GetInt64(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetGuid(3),
            JsonSerializer.Deserialize(reader.GetString(5), type.Json)!,
            await reader.GetFieldValueAsync<DateTimeOffset>(6, ct),
            new EventMetadata(await TextAsync(7), await TextAsync(8), await TextAsync(9), await TextAsync(10)));

        async Task<string?> TextAsync(int column) => await reader.IsDBNullAsync(column, ct) ? null : reader.GetString(column);
    }
}
