using Npgsql;

namespace Padron.Application.Extractions;

/// <summary>Removes files that have lain in the spool for longer than they are kept. Their manifests stay, so each can be written again.</summary>
public sealed class ExpiredFiles(NpgsqlDataSource dataSource, ExtractionSpool spool, TimeProvider clock)
{
    /// <summary>Harmless in several processes at once: a file that is gone already is not counted.</summary>
    /// <returns>Of how many extractions files were removed. Never of one that is not delivered.</returns>
    /// <exception cref="IOException">A file can't be removed.</exception>
    public async Task<int> RemoveAsync(CancellationToken ct = default)
    {
        if (spool.KeptFor is not { } keptFor || spool.Extractions() is not { Count: > 0 } spooled)
            return 0;
        var removed = 0;
        foreach (var id in await DeliveredAsync([.. spooled], clock.GetUtcNow() - keptFor, ct))
        {
            var files = spool.FilesOf(id);
            foreach (var file in files)
                File.Delete(file);
            removed += files.Length > 0 ? 1 : 0;
        }

        return removed;
    }

    // From the streams: a read model that stands still must not keep files of people for longer than promised.
    async Task<IReadOnlyList<Guid>> DeliveredAsync(Guid[] ids, DateTimeOffset until, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            """
            select stream_id from events.mt_events
             where stream_id = any ($1) and type = 'extraction_delivered' and (data->>'deliveredAt')::timestamptz <= $2
            """);
        command.Parameters.Add(new() { Value = ids });
        command.Parameters.Add(new() { Value = until });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var delivered = new List<Guid>();
        while (await reader.ReadAsync(ct))
            delivered.Add(reader.GetGuid(0));
        return delivered;
    }
}
