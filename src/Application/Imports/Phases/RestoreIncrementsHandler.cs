using System.Security.Cryptography;
using Npgsql;
using Padron.Domain;
using Padron.MartenExtensions;

namespace Padron.Application.Imports.Phases;

/// <summary>How reading increments back ended.</summary>
/// <param name="Files">Increments.</param>
/// <param name="Events">Events that were not there.</param>
public sealed record RestoredIncrements(int Files, long Events);

/// <summary>
/// Reads increments back into a database that holds what was there before the first of them: an empty one after an initial load, else the restored backup
/// from before the import. Each file is one transaction, and what is there already is passed over, so it can be stopped and run again.
/// </summary>
public sealed class RestoreIncrementsHandler(EventSessions sessions)
{
    const string Foreign = """
        select exists (select from restored r join events.mt_events e on e.seq_id = r.seq_id where e.id <> r.id)
            or exists (select from restored r join events.mt_events e on e.stream_id = r.stream_id and e.version = r.version where e.id <> r.id)
        """;

    const string Add = $"insert into events.mt_events ({EventIncrements.Columns}) select {EventIncrements.Columns} from restored on conflict (seq_id) do nothing";

    const string AddStreams = """
        insert into events.mt_streams as s (id, version, timestamp, created)
        select stream_id, max(version), max(timestamp), min(timestamp) from restored group by stream_id order by stream_id
            on conflict (id) do update set version = greatest(s.version, excluded.version), timestamp = greatest(s.timestamp, excluded.timestamp)
        """;

    const string MovePosition = """
        select setval('events.mt_events_sequence', greatest((select max(seq_id) from restored), (select last_value from events.mt_events_sequence)))
        """;

    /// <param name="directory">With the manifest.</param>
    /// <param name="progress">Told of files.</param>
    /// <param name="ct">Stops; the files so far are restored.</param>
    /// <exception cref="FormatException">There is no manifest, or a file is not the one it lists.</exception>
    /// <exception cref="RuleViolationException"><c>other_events</c></exception>
    public async Task<RestoredIncrements> HandleAsync(string directory, IProgress<(int Done, int Of)>? progress = null, CancellationToken ct = default)
    {
        var increments = await EventIncrements.ReadAsync(directory, ct);
        if (increments.Count == 0)
            throw new FormatException($"{directory} has no {EventIncrements.ManifestName}: give the directory of an import's increments.");
        for (var i = 1; i < increments.Count; i++)
        {
            if (increments[i].AfterPosition != increments[i - 1].Position)
                throw new FormatException($"The manifest of {directory} has a hole after position {increments[i - 1].Position}.");
        }

        foreach (var increment in increments) // all of them before the first is restored
            await RequireUntouchedAsync(Path.Combine(directory, increment.File), increment, ct);

        var events = 0L;
        foreach (var (done, increment) in increments.Index())
        {
            events += await sessions.TransactAsync((session, token) => RestoreAsync(session.Connection, Path.Combine(directory, increment.File), token), ct);
            progress?.Report((done + 1, increments.Count));
        }

        return new(increments.Count, events);
    }

    static async Task RequireUntouchedAsync(string path, EventIncrement increment, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw new FormatException($"{path} is missing, which the manifest lists.");
        await using var file = File.OpenRead(path);
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)) != increment.Sha256)
            throw new FormatException($"{path} is not what was saved: its SHA-256 is another than the manifest's.");
    }

    static async Task<long> RestoreAsync(NpgsqlConnection connection, string path, CancellationToken ct)
    {
        await ExecuteAsync(connection, "lock table events.mt_streams in share row exclusive mode", ct);
        await ExecuteAsync(connection, "create temp table restored (like events.mt_events) on commit drop", ct);
        await using (var file = File.OpenRead(path))
        {
            await using var copy = await connection.BeginRawBinaryCopyAsync($"copy restored ({EventIncrements.Columns}) from stdin (format binary)", ct);
            await file.CopyToAsync(copy, ct);
        }

        await ExecuteAsync(connection, "analyze restored", ct);
        await using (var foreign = new NpgsqlCommand(Foreign, connection) { CommandTimeout = 0 })
        {
            if (await foreign.ExecuteScalarAsync(ct) is true)
                throw new RuleViolationException("other_events", "The database has other events in the place of those of the increments: restore them into one that is as it was before the import.");
        }

        await ExecuteAsync(connection, AddStreams, ct);
        var added = await ExecuteAsync(connection, Add, ct);
        await ExecuteAsync(connection, MovePosition, ct);
        return added;
    }

    static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteNonQueryAsync(ct);
    }
}
