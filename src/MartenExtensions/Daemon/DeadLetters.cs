using Npgsql;
using NpgsqlTypes;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Events that projections could not apply, for those who look after them. They are Marten's dead letters, one for each stream.</summary>
public sealed class DeadLetters(NpgsqlDataSource dataSource)
{
    static readonly string ReadSql = EmbeddedSql.Beside(typeof(DeadLetters), "parked.sql");

    /// <param name="projection">Null for all.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Those that failed and those that wait behind them, by projection and position.</returns>
    public async Task<IReadOnlyList<ParkedEvent>> ListAsync(SqlProjection? projection = null, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(ReadSql, connection)
        {
            Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)projection?.ProgressionName ?? DBNull.Value } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var parked = new List<ParkedEvent>();
        while (await reader.ReadAsync(ct))
        {
            parked.Add(new ParkedEvent(
                reader.GetString(0), reader.GetInt64(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetString(4), reader[5] as string, reader.GetInt32(6),
                await reader.GetFieldValueAsync<DateTimeOffset>(7, ct), await reader.IsDBNullAsync(8, ct) ? null : await reader.GetFieldValueAsync<DateTimeOffset>(8, ct)));
        }

        return parked;
    }

    /// <summary>Applies parked events, each stream's in their order, until one fails again. Works while the projection is paused or stopped, too.</summary>
    /// <param name="projection">Whose.</param>
    /// <param name="position">Of a parked event: only its stream's; null for all.</param>
    /// <param name="ct">Stops between two events.</param>
    /// <exception cref="ProjectionBusyException">Another process goes on writing the projection.</exception>
    public async Task<RetryResult> RetryAsync(SqlProjection projection, long? position = null, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        var (applied, failed) = (0, 0);
        foreach (var letter in await LetterRetry.LettersAsync(connection, projection, position, ct))
        {
            var retry = new LetterRetry(connection, projection, letter);
            while (await retry.NextAsync(ct) is { } isApplied)
            {
                if (!isApplied)
                {
                    failed++;
                    break; // what waits behind it goes on waiting
                }

                applied++;
            }
        }

        return new(applied, failed);
    }

    /// <summary>How many events a projection lacks: those that failed and those that wait behind them.</summary>
    public static async Task<long> CountAsync(NpgsqlConnection connection, SqlProjection projection, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand($"select count(*) from ({ReadSql}) lacking", connection) { Parameters = { new() { Value = projection.ProgressionName } } };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>All letters of a projection, in the caller's transaction, in which the projection's tables are made anew from the first event.</summary>
    public static async Task ForgetAsync(NpgsqlConnection connection, SqlProjection projection, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(
            "delete from events.mt_doc_deadletterevent where (data->>'projectionName') || ':' || (data->>'shardName') = $1", connection)
        {
            Parameters = { new() { Value = projection.ProgressionName } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }
}
