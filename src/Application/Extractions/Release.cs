using Npgsql;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;

namespace Padron.Application.Extractions;

/// <summary>Contacts of a manifest that are given back, of all it has.</summary>
public readonly record struct ReleaseProgress(int Released, int Of);

/// <summary>Gives back every contact of an extraction that came to nothing.</summary>
/// <remarks>
/// As <see cref="ContactDecider"/> decides for one contact, in SQL for thousands: a contact is given back if its last word on the matter
/// is that this extraction has it. Each batch is one transaction, which marks the manifest too, so it can be stopped anywhere and run again.
/// </remarks>
public sealed class Release(EventSessions sessions, TimeProvider clock)
{
    // $1 extraction, $2 exclusive floor of the ordinal, $3 contacts at most. One statement, so that facts and version are of one moment.
    const string NextSql = """
        select m.ordinal, m.contact_id, s.version,
               coalesce(last.type = 'contact_extracted' and last.data->>'extractionId' = $1::text, false) as held
          from (
            select ordinal, contact_id from padron.extraction_contacts
             where extraction_id = $1 and ordinal > $2 and released_at is null
             order by ordinal limit $3
          ) m
          join events.mt_streams s on s.id = m.contact_id
          left join lateral (
            select e.type, e.data from events.mt_events e
             where e.stream_id = m.contact_id and e.type in ('contact_extracted', 'contact_released')
             order by e.version desc limit 1
          ) last on true
         order by m.ordinal
        """;

    /// <summary>Contacts a transaction at most.</summary>
    public int BatchSize { get; init; } = Claim.BatchSize;

    /// <param name="extractionId">The extraction; its stream says already that it came to nothing, so that nobody claims for it any more.</param>
    /// <param name="reason">What became of it.</param>
    /// <param name="metadata">Who caused it.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="ct">Stops between batches; running it again does the rest.</param>
    /// <returns>How many contacts of the manifest are given back, now or before.</returns>
    public async Task<int> RunAsync(
        Guid extractionId, ReleaseReason reason, EventMetadata metadata, IProgress<ReleaseProgress>? progress = null, CancellationToken ct = default)
    {
        var done = 0;
        while (await ReleaseAsync(extractionId, done, reason, metadata, ct) is { } next)
        {
            done = next;
            progress?.Report(await CountAsync(extractionId, ct));
        }

        return (await CountAsync(extractionId, ct)).Released;
    }

    /// <returns>The ordinal up to which all are given back; null when nothing was left to do.</returns>
    Task<int?> ReleaseAsync(Guid extractionId, int after, ReleaseReason reason, EventMetadata metadata, CancellationToken ct) =>
        sessions.TransactAsync(
            metadata,
            async (session, token) =>
            {
                await ManifestLock.TakeAsync(session.Connection, extractionId, token);
                var batch = await NextAsync(session.Connection, extractionId, after, token);
                if (batch.Count == 0)
                    return (int?)null;

                var at = clock.GetUtcNow();
                object[] released = [new ContactReleased(extractionId, reason, at)];
                var result = await session.AppendManyAsync(
                    [.. batch.Where(row => row.Held).Select(row => new StreamAppend(row.Contact, row.Version, released))], BusyStreams.Wait, token);

                // Somebody appended to these a moment ago, such as an opt-out: the next batch begins with them and reads again.
                var moved = batch.Where(row => result.Conflicts.Contains(row.Contact)).Select(row => row.Ordinal).ToHashSet();
                await MarkAsync(session.Connection, extractionId, [.. batch.Select(row => row.Ordinal).Where(ordinal => !moved.Contains(ordinal))], at, token);
                return moved.Count == 0 ? batch[^1].Ordinal : moved.Min() - 1;
            },
            ct);

    async Task<IReadOnlyList<Row>> NextAsync(NpgsqlConnection connection, Guid extractionId, int after, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(NextSql, connection)
        {
            Parameters = { new() { Value = extractionId }, new() { Value = after }, new() { Value = BatchSize } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<Row>();
        while (await reader.ReadAsync(ct))
            rows.Add(new(reader.GetInt32(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetBoolean(3)));
        return rows;
    }

    static async Task MarkAsync(NpgsqlConnection connection, Guid extractionId, int[] ordinals, DateTimeOffset at, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update padron.extraction_contacts set released_at = $3 where extraction_id = $1 and ordinal = any ($2)", connection)
        {
            Parameters = { new() { Value = extractionId }, new() { Value = ordinals }, new() { Value = at } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    async Task<ReleaseProgress> CountAsync(Guid extractionId, CancellationToken ct)
    {
        await using var command = sessions.DataSource.CreateCommand(
            "select count(released_at)::integer, count(*)::integer from padron.extraction_contacts where extraction_id = $1");
        command.Parameters.Add(new() { Value = extractionId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new(reader.GetInt32(0), reader.GetInt32(1));
    }

    readonly record struct Row(int Ordinal, Guid Contact, long Version, bool Held);
}
