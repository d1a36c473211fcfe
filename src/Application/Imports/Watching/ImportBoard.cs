using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using Padron.Domain.Imports;

namespace Padron.Application.Imports.Watching;

/// <summary>Where the process that imports tells how far it is (<c>padron.import_progress</c>), and all others read it, without any projection.</summary>
/// <param name="dataSource">Rows are written on a connection of its own, outside the import's transactions.</param>
/// <param name="disk">The server's.</param>
/// <param name="machine">This one.</param>
/// <param name="clock">Paces what is told.</param>
/// <param name="logger">Hears of progress that could not be told.</param>
public sealed class ImportBoard(NpgsqlDataSource dataSource, ServerDisk disk, IMachine machine, TimeProvider clock, ILogger<ImportBoard>? logger = null)
{
    /// <summary>Whoever has told nothing for longer is not there, though its connection may look alive for minutes after a cable was pulled.</summary>
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    // An advisory lock of a bigint is two halves in pg_locks. Whoever works holds one: the lock of the telling, or that of the work itself. $2 seconds.
    const string ReadSql = $"""
        select c.tally, c.finished, (e.data->>'rows')::bigint,
               exists (
                 select from pg_locks l, unnest(array[{ImportTeller.LockKey}, {ImportPresence.Key}]) k (key)
                  where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.database = (select oid from pg_database where datname = current_database())
                    and l.classid::bigint = (k.key >> 32) & 4294967295 and l.objid::bigint = k.key & 4294967295
               ) and coalesce(p.updated_at > clock_timestamp() - make_interval(secs => $2), true),
               p.phase, p.rows_read, p.rows, p.imported, p.rejected, p.rows_per_second, p.seconds_left, p.indexes_built, p.indexes, p.step, p.step_done, p.step_of, p.memory_bytes, p.disk_free_bytes,
               p.paused_because, p.process, p.told_by, p.updated_at
          from padron.import_checkpoints c
          join events.mt_events e on e.stream_id = c.import_id and e.version = 1
          left join padron.import_progress p using (import_id)
         where c.import_id = $1
        """;

    /// <summary>For this process's work on one import.</summary>
    /// <param name="by">The operator.</param>
    public ImportTeller Tell(string by) => new(dataSource, disk, machine, clock, by, logger);

    /// <returns>Null when there is no such import.</returns>
    public async Task<ImportStanding?> ReadAsync(Guid importId, CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand(ReadSql);
        command.Parameters.Add(new() { Value = importId });
        command.Parameters.Add(new() { Value = LongestSilence.TotalSeconds });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var tally = JsonSerializer.Deserialize(reader.GetString(0), ImportJson.Default.ImportTally)!;
        var told = reader.IsDBNull(4) ? null : Report(reader);
        var activity = (IsAlive: reader.GetBoolean(3), IsFinished: reader.GetBoolean(1)) switch
        {
            { IsAlive: true } => told?.PausedBecause is null ? ImportActivity.Working : ImportActivity.Paused,
            { IsFinished: true } => ImportActivity.Ended,
            _ => ImportActivity.Stopped,
        };
        return new(importId, tally.RowsRead, reader.GetInt64(2), tally, activity) { Told = told };
    }

    static ImportReport Report(NpgsqlDataReader reader)
    {
        return new(
            Enum.Parse<ImportPhase>(reader.GetString(4), ignoreCase: true), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), Long(9), Long(10),
            Int(11), Int(12), Text(13) is { } step ? new ImportStep(step, reader.GetInt64(14), reader.GetInt64(15)) : null, reader.GetInt64(16), Long(17), Text(18), reader.GetString(19),
            reader.GetString(20), reader.GetFieldValue<DateTimeOffset>(21));

        long? Long(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
        int? Int(int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
