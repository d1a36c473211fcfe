using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Appends that have drawn a position and not ended. Each may still fill a hole below what is visible (<see cref="ExactHighWaterDetector"/>).</summary>
public static class AppendsInFlight
{
    static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until every position drawn so far is final, and stores nothing.</summary>
    /// <returns>The highest of them.</returns>
    public static async Task<long> SettleAsync(NpgsqlDataSource dataSource, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var drawn = new NpgsqlCommand("select case when is_called then last_value else last_value - 1 end from events.mt_events_sequence", connection);
        var position = (long)(await drawn.ExecuteScalarAsync(ct))!;
        var suspects = await ReadAsync(connection, ct);
        while (suspects.Count > 0)
        {
            await Task.Delay(SettlePause, ct);
            suspects.IntersectWith(await ReadAsync(connection, ct));
        }

        return position;
    }

    /// <summary>The virtual transactions that have drawn a position and not ended: each holds a lock on the sequence until it does.</summary>
    internal static async Task<HashSet<string>> ReadAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select virtualtransaction
              from pg_locks
             where locktype = 'relation' and mode = 'RowExclusiveLock' and granted
               and database = (select oid from pg_database where datname = current_database())
               and relation = 'events.mt_events_sequence'::regclass
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var holders = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            holders.Add(reader.GetString(0));
        return holders;
    }
}
