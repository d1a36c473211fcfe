using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Segments;
using Padron.MartenExtensions;

namespace Padron.Application.Segments;

/// <summary>Who was in a segment at a moment.</summary>
/// <param name="Id">The audience.</param>
/// <param name="Segment">The segment's name.</param>
/// <param name="Filter">As it stood then, days turned into a date.</param>
/// <param name="Contacts">How many verified contacts it has.</param>
/// <param name="MadeBy">The operator.</param>
/// <param name="MadeAt">UTC.</param>
public sealed record Audience(Guid Id, string Segment, SegmentFilter Filter, long Contacts, string MadeBy, DateTimeOffset MadeAt);

/// <summary>Materialised segments: the verified contacts of one, kept as they were when somebody asked. What changes about a contact later changes no audience.</summary>
public sealed class Audiences(EventSessions sessions, SegmentQueries segments, TimeProvider clock)
{
    /// <summary>Contacts a row: 80 kB of ids.</summary>
    const int ChunkSize = 5_000;

    /// <exception cref="RuleViolationException"><c>segment_unknown</c>, <c>segment_not_extractable</c></exception>
    public async Task<Audience> MaterialiseAsync(SegmentName name, string by, CancellationToken ct = default)
    {
        var at = clock.GetUtcNow();
        var filter = Selection.Of(name, await segments.GetAsync(name, ct), at).Filter!;
        var walk = await SegmentWalk.OfAsync(sessions.DataSource, filter, ContactStatus.Verified, ct);
        var audience = new Audience(Guid.CreateVersion7(), name.Text, filter, 0, by, at);
        return audience with { Contacts = await sessions.TransactAsync((session, token) => WriteAsync(session.Connection, walk, audience, token), ct) };
    }

    static async Task<long> WriteAsync(NpgsqlConnection connection, SegmentWalk walk, Audience audience, CancellationToken ct)
    {
        // An earlier try may have committed, and only its answer was lost.
        await RemoveAsync(connection, audience.Id, ct);
        var own = walk.Parameters;
        await using var command = new NpgsqlCommand(
            $"""
            with chunks as (
                insert into padron.audience_contacts (audience_id, ordinal, contacts)
                select ${own + 1}, (c.place / {ChunkSize})::integer, array_agg(c.id)
                  from (select w.id, row_number() over () - 1 as place from ((select s.id from read.contact_states s{walk.Union("s.id")}) w) c
                 group by 2
                returning cardinality(contacts) as contacts
            )
            insert into padron.audiences (id, segment, filter, contacts, made_by, made_at)
            select ${own + 1}, ${own + 2}, ${own + 3}, coalesce(sum(contacts), 0), ${own + 4}, ${own + 5} from chunks
            returning contacts
            """,
            connection);
        command.CommandTimeout = 0; // all of a register is minutes
        walk.AddParameters(command.Parameters);
        command.Parameters.Add(new() { Value = audience.Id });
        command.Parameters.Add(new() { Value = audience.Segment });
        command.Parameters.Add(new() { Value = audience.Filter.ToString(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new() { Value = audience.MadeBy });
        command.Parameters.Add(new() { Value = audience.MadeAt });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <returns>The newest first.</returns>
    public async Task<IReadOnlyList<Audience>> ListAsync(CancellationToken ct = default)
    {
        await using var command = sessions.DataSource.CreateCommand("select id, segment, filter, contacts, made_by, made_at from padron.audiences order by id desc");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var audiences = new List<Audience>();
        while (await reader.ReadAsync(ct))
        {
            audiences.Add(new(
                reader.GetGuid(0), reader.GetString(1), JsonSerializer.Deserialize(reader.GetString(2), EventJson.Default.SegmentFilter)!, reader.GetInt64(3),
                reader.GetString(4), await reader.GetFieldValueAsync<DateTimeOffset>(5, ct)));
        }

        return audiences;
    }

    /// <summary>Its contacts, each once, streamed.</summary>
    public async IAsyncEnumerable<Guid> ContactsAsync(Guid id, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var command = sessions.DataSource.CreateCommand("select contacts from padron.audience_contacts where audience_id = $1 order by ordinal");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            foreach (var contact in await reader.GetFieldValueAsync<Guid[]>(0, ct))
                yield return contact;
        }
    }

    /// <returns>False when there is none.</returns>
    public async Task<bool> RemoveAsync(Guid id, CancellationToken ct = default)
    {
        await using var connection = await sessions.DataSource.OpenConnectionAsync(ct);
        return await RemoveAsync(connection, id, ct);
    }

    static async Task<bool> RemoveAsync(NpgsqlConnection connection, Guid id, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from padron.audiences where id = $1", connection) { Parameters = { new() { Value = id } } };
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }
}
