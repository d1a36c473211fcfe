using Npgsql;

namespace Padron.Application.Imports.Rollback;

/// <summary>How far a rollback has come. A durable row that is there while it lasts, moved in the transaction of each batch.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="AfterPosition">Contacts that the import brought or changed up to here are taken back.</param>
/// <param name="BeforePosition">Position of <c>import_rollback_started</c>: all that the import brought is before it.</param>
/// <param name="Removed">Contacts that are gone.</param>
/// <param name="Withdrawn">Contacts that keep events of their own.</param>
/// <param name="Restored">Contacts that the import only changed, and that have their former details again.</param>
sealed record RollbackRow(Guid ImportId, long AfterPosition, long BeforePosition, long Removed, long Withdrawn, long Restored)
{
    public static Task CreateAsync(NpgsqlConnection connection, Guid importId, long startedAt, CancellationToken ct) =>
        ExecuteAsync(
            connection,
            """
            insert into padron.import_rollbacks (import_id, after_position, before_position)
            select stream_id, seq_id, $2 from events.mt_events where stream_id = $1 and version = 1
            """,
            ct, importId, startedAt);

    /// <returns>Null when the import is not being rolled back.</returns>
    public static async Task<RollbackRow?> LockAsync(NpgsqlConnection connection, Guid importId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select import_id, after_position, before_position, removed, withdrawn, restored from padron.import_rollbacks where import_id = $1 for update", connection)
        {
            Parameters = { new() { Value = importId } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5))
            : null;
    }

    public Task StoreAsync(NpgsqlConnection connection, CancellationToken ct) =>
        ExecuteAsync(
            connection, "update padron.import_rollbacks set after_position = $2, removed = $3, withdrawn = $4, restored = $5 where import_id = $1",
            ct, ImportId, AfterPosition, Removed, Withdrawn, Restored);

    public Task DeleteAsync(NpgsqlConnection connection, CancellationToken ct) =>
        ExecuteAsync(connection, "delete from padron.import_rollbacks where import_id = $1", ct, ImportId);

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }
}
