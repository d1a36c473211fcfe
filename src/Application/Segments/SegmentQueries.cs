using System.Text.Json;
using Npgsql;
using Padron.Application.Contacts;
using Padron.Domain;
using Padron.Domain.Segments;

namespace Padron.Application.Segments;

/// <summary>A segment as the read model shows it.</summary>
public sealed record SegmentDocument(string Name, SegmentFilter Filter, string DefinedBy, DateTimeOffset DefinedAt, string? ChangedBy, DateTimeOffset? ChangedAt);

/// <summary>How many are in a segment.</summary>
/// <param name="Contacts">All of them.</param>
/// <param name="Available">Verified ones, ready to be extracted.</param>
/// <param name="FromCounts">Whether <c>contact_counts</c> told it; else the contacts were counted one by one, which takes as long as they are many.</param>
public sealed record SegmentCount(long Contacts, long Available, bool FromCounts);

/// <summary>A page of a segment's contacts.</summary>
/// <param name="Contacts">In the order of their ids, which is a random one and the same from page to page.</param>
/// <param name="Cursor">Asks for the next page; null on the last one.</param>
public sealed record SegmentPage(IReadOnlyList<ContactDocument> Contacts, Guid? Cursor);

/// <summary>Reads segments, and who is in them.</summary>
public sealed class SegmentQueries(NpgsqlDataSource dataSource, Streams streams, TimeProvider clock)
{
    /// <summary>Contacts a page at most.</summary>
    public const int LargestPage = 200;

    /// <returns>By name.</returns>
    public async Task<IReadOnlyList<SegmentDocument>> ListAsync(CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand("select name, filter, defined_by, defined_at, changed_by, changed_at from read.segments order by name");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var segments = new List<SegmentDocument>();
        while (await reader.ReadAsync(ct))
        {
            segments.Add(new(
                reader.GetString(0), JsonSerializer.Deserialize(reader.GetString(1), EventJson.Default.SegmentFilter)!, reader.GetString(2),
                await reader.GetFieldValueAsync<DateTimeOffset>(3, ct), await reader.IsDBNullAsync(4, ct) ? null : reader.GetString(4),
                await reader.IsDBNullAsync(5, ct) ? null : await reader.GetFieldValueAsync<DateTimeOffset>(5, ct)));
        }

        return segments;
    }

    /// <summary>The filter as the segment's stream has it: nothing is waited for.</summary>
    /// <exception cref="RuleViolationException"><c>segment_unknown</c></exception>
    public async Task<SegmentFilter> GetAsync(SegmentName name, CancellationToken ct = default) =>
        (await streams.LoadAsync(name.StreamId, Segment.None, SegmentDecider.Evolve, ct)).Filter ?? throw SegmentDecider.Unknown(name);

    /// <exception cref="RuleViolationException"><c>segment_unknown</c></exception>
    public async Task<SegmentCount> CountAsync(SegmentName name, CancellationToken ct = default) => await CountAsync(dataSource, (await GetAsync(name, ct)).At(clock.GetUtcNow()), ct);

    /// <summary>Contacts of a segment, page by page; whoever enters or leaves it in between may be missed, and nobody else.</summary>
    /// <param name="name">The segment.</param>
    /// <param name="limit">Contacts at most.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="ct">Cancels the queries.</param>
    /// <exception cref="RuleViolationException"><c>segment_unknown</c></exception>
    public async Task<SegmentPage> PageAsync(SegmentName name, int limit, Guid? cursor = null, CancellationToken ct = default)
    {
        var walk = await SegmentWalk.OfAsync(dataSource, (await GetAsync(name, ct)).At(clock.GetUtcNow()), status: null, ct);
        var size = Math.Clamp(limit, 1, LargestPage);
        var found = (await walk.ReadAsync(cursor ?? Guid.Empty, upTo: null, size + 1, ct)).ConvertAll(candidate => candidate.Id);
        var page = found.Take(size).ToArray();
        return new(await GetContact.ReadAsync(dataSource, page, ct), found.Count > size ? page[^1] : null);
    }

    /// <param name="dataSource">The register.</param>
    /// <param name="filter">As of a moment (<see cref="SegmentFilter.At"/>).</param>
    /// <param name="ct">Cancels.</param>
    internal static async Task<SegmentCount> CountAsync(NpgsqlDataSource dataSource, SegmentFilter filter, CancellationToken ct)
    {
        var condition = await SegmentCondition.OfAsync(dataSource, filter, status: null, ct);
        return condition.IsCounted ? await CountedAsync(dataSource, condition, ct) : await OneByOneAsync(dataSource, await SegmentWalk.OfAsync(dataSource, filter, status: null, ct), ct);
    }

    static async Task<SegmentCount> CountedAsync(NpgsqlDataSource dataSource, SegmentCondition condition, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            $"select coalesce(sum(s.contacts), 0)::bigint, coalesce(sum(s.contacts) filter (where s.status = 'VERIFIED'), 0)::bigint from read.contact_counts s where {condition.Counted}");
        condition.AddParameters(command.Parameters);
        return await ReadAsync(command, fromCounts: true, ct);
    }

    static async Task<SegmentCount> OneByOneAsync(NpgsqlDataSource dataSource, SegmentWalk walk, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            $"select count(*), count(*) filter (where c.status = 'VERIFIED') from ((select s.status from read.contact_states s{walk.Union("s.status")}) c");
        walk.AddParameters(command.Parameters);
        return await ReadAsync(command, fromCounts: false, ct);
    }

    static async Task<SegmentCount> ReadAsync(NpgsqlCommand command, bool fromCounts, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new(reader.GetInt64(0), reader.GetInt64(1), fromCounts);
    }
}
