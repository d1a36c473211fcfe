using Npgsql;

namespace Padron.MartenExtensions.Bulk;

/// <summary>A stream that can be taken back, and the positions of its first and its last event.</summary>
public readonly record struct RemovableStream(Guid Id, long First, long Last);

/// <summary>Takes back streams that one piece of work made and nobody else has touched: the only way an event ever leaves the store.</summary>
/// <remarks>
/// Its positions become holes below the high-water mark, which has passed them for good: so every reader of such events must have passed them too
/// (<see cref="Progression"/>) and undo what it made of them.
/// </remarks>
public static class StreamRemoval
{
    static readonly string RemovableSql = EmbeddedSql.Beside(typeof(StreamRemoval), "removable-streams.sql");
    static readonly string RemoveSql = EmbeddedSql.Beside(typeof(StreamRemoval), "remove-streams.sql");

    /// <summary>Locks streams to the end of the transaction, in the order in which all writers do: appends in flight end first, and later ones wait.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, Guid[] streams, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand("select from events.mt_streams where id = any ($1) order by id for update", connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = streams } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Finds those of the streams whose every event has the correlation id; the others have events of their own.</summary>
    /// <param name="connection">In the transaction of <see cref="LockAsync"/>: only a later statement sees what was appended before the lock was had.</param>
    /// <param name="streams">The locked ones.</param>
    /// <param name="correlationId">Of the work that is taken back.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<RemovableStream[]> RemovableAsync(NpgsqlConnection connection, Guid[] streams, string correlationId, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(RemovableSql, connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = streams }, new() { Value = correlationId } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var removable = new List<RemovableStream>();
        while (await reader.ReadAsync(ct))
            removable.Add(new(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2)));
        return [.. removable];
    }

    /// <summary>Removes them, events and all, when whoever had read them has undone what it made of them.</summary>
    public static async Task RemoveAsync(NpgsqlConnection connection, RemovableStream[] removable, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(RemoveSql, connection) { CommandTimeout = 0, Parameters = { new() { Value = removable.Select(stream => stream.Id).ToArray() } } };
        await command.ExecuteNonQueryAsync(ct);
    }
}
