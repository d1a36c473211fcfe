using Npgsql;

namespace Padron.MartenExtensions.Bulk;

/// <summary>
/// Appends to thousands of streams, each at its own expected version: whoever wins is known first, then positions are drawn for the winners, and their
/// events come by COPY into the live table, all in the caller's transaction.
/// </summary>
static class BulkAppend
{
    static readonly string WinSql = EmbeddedSql.Beside(typeof(BulkAppend), "win-streams.sql");

    public static async Task<AppendManyResult> RunAsync(
        NpgsqlConnection connection, EventTypes types, IReadOnlyList<StreamAppend> appends, EventMetadata metadata, CancellationToken ct)
    {
        var (won, at) = await WinAsync(connection, appends, ct);
        var conflicts = new HashSet<Guid>();
        var events = 0;
        foreach (var append in appends)
        {
            if (won.Contains(append.StreamId))
                events += append.Events.Count;
            else
                conflicts.Add(append.StreamId);
        }

        if (events == 0)
            return new(null, conflicts);
        var positions = await EventRows.DrawPositionsAsync(connection, events, ct);
        using var rows = new EventRows(types, metadata, at, schema: "events");
        var next = 0;
        foreach (var append in appends.Where(append => won.Contains(append.StreamId)))
        {
            rows.Add(append.StreamId, append.ExpectedVersion, [.. append.Events], positions.AsSpan(next, append.Events.Count));
            next += append.Events.Count;
        }

        await rows.CopyAsync(connection, ct);
        return new(positions[^1], conflicts);
    }

    static async Task<(HashSet<Guid> Won, DateTimeOffset At)> WinAsync(NpgsqlConnection connection, IReadOnlyList<StreamAppend> appends, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(WinSql, connection)
        {
            CommandTimeout = 0, // it waits for whoever holds one of the streams
            Parameters =
            {
                new() { Value = Array.ConvertAll([.. appends], append => append.StreamId) },
                new() { Value = Array.ConvertAll([.. appends], append => append.ExpectedVersion) },
                new() { Value = Array.ConvertAll([.. appends], append => (long)append.Events.Count) },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return ((await reader.GetFieldValueAsync<Guid[]>(0, ct)).ToHashSet(), await reader.GetFieldValueAsync<DateTimeOffset>(1, ct));
    }
}
