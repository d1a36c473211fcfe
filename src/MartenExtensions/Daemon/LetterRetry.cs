using Npgsql;
using NpgsqlTypes;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Applies the event of a dead letter, and then the events of its stream that wait behind it, one transaction each.</summary>
/// <remarks>
/// The row of the progression is the lock of the one writer: the daemon's page writes it first too. With each event that is applied the letter goes on to the next
/// one that waits, so that a retry that is cut short loses none.
/// </remarks>
sealed class LetterRetry(NpgsqlConnection connection, SqlProjection projection, Guid letter)
{
    const int PatienceMilliseconds = 30_000;

    static readonly string AppliedSql = EmbeddedSql.Beside(typeof(LetterRetry), "letter-applied.sql");
    static readonly string FailedSql = EmbeddedSql.Beside(typeof(LetterRetry), "letter-failed.sql");

    /// <param name="position">Only the letter of that event's stream; null for all.</param>
    /// <returns>The letters of a projection, in the order of their events.</returns>
    public static async Task<IReadOnlyList<Guid>> LettersAsync(NpgsqlConnection connection, SqlProjection projection, long? position, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select d.id
              from events.mt_doc_deadletterevent d
              join events.mt_events e on e.seq_id = (d.data->>'eventSequence')::bigint
             where (d.data->>'projectionName') || ':' || (d.data->>'shardName') = $1
               and ($2 is null or e.stream_id = (select stream_id from events.mt_events where seq_id = $2))
             order by e.seq_id
            """,
            connection)
        {
            Parameters = { new() { Value = projection.ProgressionName }, new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = (object?)position ?? DBNull.Value } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var letters = new List<Guid>();
        while (await reader.ReadAsync(ct))
            letters.Add(reader.GetGuid(0));
        return letters;
    }

    /// <returns>Whether the event was applied; null when nothing of the stream waits any more.</returns>
    public async Task<bool?> NextAsync(CancellationToken ct)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            var end = await LockAsync(ct);
            if (await PositionAsync(ct) is not { } position)
                return null;
            await ProjectionPage.RunAsync(connection, projection.Statements, [(position - 1, position)], ct);
            await ExecuteAsync(AppliedSql, position, end, ct);
            await transaction.CommitAsync(ct);
            return true;
        }
        catch (PostgresException error) when (ProjectionErrors.OfAnEvent(error) is { } poison)
        {
            await FailedAsync(poison, ct);
            return false;
        }
    }

    async Task FailedAsync(PostgresException error, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await LockAsync(ct);
        if (await PositionAsync(ct) is { } position)
            await ExecuteAsync(FailedSql, position, ProjectionErrors.Describe(error), ct);
        await transaction.CommitAsync(ct);
    }

    /// <returns>Where the projection stands.</returns>
    async Task<long> LockAsync(CancellationToken ct)
    {
        await using var patience = new NpgsqlCommand($"set local lock_timeout = {PatienceMilliseconds}", connection);
        await patience.ExecuteNonQueryAsync(ct);
        await using var command = new NpgsqlCommand("select last_seq_id from events.mt_event_progression where name = $1 for update", connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = projection.ProgressionName } },
        };
        try
        {
            return await command.ExecuteScalarAsync(ct) is long position ? position : 0;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new ProjectionBusyException(projection.Name, error);
        }
    }

    async Task<long?> PositionAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select (data->>'eventSequence')::bigint from events.mt_doc_deadletterevent where id = $1", connection)
        {
            Parameters = { new() { Value = letter } },
        };
        return await command.ExecuteScalarAsync(ct) as long?;
    }

    async Task ExecuteAsync(string sql, long position, object value, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = letter }, new() { Value = position }, new() { Value = value } } };
        await command.ExecuteNonQueryAsync(ct);
    }
}
