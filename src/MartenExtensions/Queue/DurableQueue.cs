using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Padron.MartenExtensions.Queue;

/// <summary>The queue as seen by those who put messages on it and those who look after it; <see cref="QueueWorker"/> handles them.</summary>
public sealed class DurableQueue(EventSessions sessions, MessageTypes types)
{
    static readonly string StatusSql = EmbeddedSql.Beside(typeof(DurableQueue), "status.sql");
    static readonly string DeadLettersSql = EmbeddedSql.Beside(typeof(DurableQueue), "dead-letters.sql");
    static readonly string ReplaySql = EmbeddedSql.Beside(typeof(DurableQueue), "replay.sql");

    /// <summary>Enqueues messages; within the work of <see cref="EventSessions.TransactAsync{T}(EventMetadata, Func{Marten.IDocumentSession, CancellationToken, Task{T}}, CancellationToken)"/> they commit with it.</summary>
    /// <returns>How many were new: an id that is queued or dead already is left as it is.</returns>
    public Task<int> EnqueueAsync(IReadOnlyList<QueueMessage> messages, EventMetadata metadata, CancellationToken ct = default) =>
        sessions.TransactAsync((session, token) => MessageWriter.EnqueueAsync(session.Connection, types, messages, metadata, token), ct);

    /// <summary>What stands in the queue, by kind: one pass over it, so for people and meters rather than for loops.</summary>
    public Task<IReadOnlyList<QueueStatus>> StatusAsync(CancellationToken ct = default) => ReadAsync(
        StatusSql, [],
        async reader => new QueueStatus(
            reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
            await reader.IsDBNullAsync(5, ct) ? null : await reader.GetFieldValueAsync<DateTimeOffset>(5, ct)),
        ct);

    /// <summary>A page of dead letters, the latest first.</summary>
    /// <param name="kind">Of one kind; null for all.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="ct">Cancels the read.</param>
    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string? kind = null, DeadLetter? after = null, int limit = 100, CancellationToken ct = default) => ReadAsync(
        DeadLettersSql,
        [
            Parameter(NpgsqlDbType.Text, kind), Parameter(NpgsqlDbType.TimestampTz, after?.FailedAt), Parameter(NpgsqlDbType.Uuid, after?.Id),
            Parameter(NpgsqlDbType.Integer, limit),
        ],
        async reader => new DeadLetter(
            reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4),
            JsonSerializer.Deserialize(reader.GetString(5), DeadLetterJson.Default.IReadOnlyListMessageFailure)!,
            new EventMetadata(reader[6] as string, reader[7] as string, reader[8] as string),
            await reader.GetFieldValueAsync<DateTimeOffset>(9, ct), await reader.GetFieldValueAsync<DateTimeOffset>(10, ct)),
        ct);

    /// <summary>Puts a dead letter back, due at once and with all tries before it; its history stays.</summary>
    /// <returns>False when there is no such dead letter.</returns>
    public async Task<bool> ReplayAsync(Guid id, CancellationToken ct = default) =>
        await ExecuteAsync(ReplaySql, [Parameter(NpgsqlDbType.Uuid, id), Parameter(NpgsqlDbType.Text, null)], ct) > 0;

    /// <summary>Puts every dead letter of a kind back.</summary>
    /// <returns>How many.</returns>
    public Task<int> ReplayAllAsync(string kind, CancellationToken ct = default) =>
        ExecuteAsync(ReplaySql, [Parameter(NpgsqlDbType.Uuid, null), Parameter(NpgsqlDbType.Text, kind)], ct);

    /// <summary>Removes a dead letter for good.</summary>
    /// <returns>False when there is no such dead letter.</returns>
    public async Task<bool> DiscardAsync(Guid id, CancellationToken ct = default) =>
        await ExecuteAsync("delete from queue.dead_letters where id = $1", [Parameter(NpgsqlDbType.Uuid, id)], ct) > 0;

    async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, Task<T>> read, CancellationToken ct)
    {
        await using var command = sessions.DataSource.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
            rows.Add(await read(reader));
        return rows;
    }

    Task<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken ct) => sessions.TransactAsync(
        async (session, token) =>
        {
            await using var command = new NpgsqlCommand(sql, session.Connection);
            foreach (var parameter in parameters)
                command.Parameters.Add(parameter.Clone()); // a second run would find the first one's taken
            return await command.ExecuteNonQueryAsync(token);
        },
        ct);

    static NpgsqlParameter Parameter(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
