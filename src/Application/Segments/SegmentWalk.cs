using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Padron.Application.Extractions;
using Padron.Domain.Contacts;
using Padron.Domain.Segments;

namespace Padron.Application.Segments;

/// <summary>Reads the contacts of a filter in the order of their ids, from any id onward: keyed hashes, so a stretch of them is a random choice.</summary>
/// <remarks>
/// An index has a place's verified contacts in this order, but not those of several places together. So each place is a walk of its own, and the walks
/// are merged: PostgreSQL takes from each only as many as it needs. Which places there are say the counts. Of too many places, or of contacts that are not
/// verified, all contacts are walked past: then one in a few is met, or the walk is slow.
/// </remarks>
sealed class SegmentWalk
{
    /// <summary>Places that are walked each by itself, at most.</summary>
    const int MostWalks = 64;

    readonly NpgsqlDataSource dataSource;
    readonly SegmentCondition condition;
    readonly IReadOnlyList<string> walks;
    readonly IReadOnlyList<string> places;

    SegmentWalk(NpgsqlDataSource dataSource, SegmentCondition condition, IReadOnlyList<string> walks, IReadOnlyList<string> places) =>
        (this.dataSource, this.condition, this.walks, this.places) = (dataSource, condition, walks, places);

    /// <param name="dataSource">The register.</param>
    /// <param name="filter">As of a moment (<see cref="SegmentFilter.At"/>).</param>
    /// <param name="status">Only this one, whatever the filter says; null: the filter's.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<SegmentWalk> OfAsync(NpgsqlDataSource dataSource, SegmentFilter filter, ContactStatus? status, CancellationToken ct)
    {
        var compiled = await SegmentCondition.OfAsync(dataSource, filter, status, ct);
        string[] columns = filter switch
        {
            _ when !(status is ContactStatus.Verified || filter.Statuses is [ContactStatus.Verified]) => [],
            { Cities: not null } => ["state_code", "city_key"],
            { Municipalities: not null } => ["state_code", "municipality_key"],
            { Ladas: not null } or { Income: not null } => ["lada"],
            { States: not null } => ["state_code"],
            _ => [],
        };
        var stocked = columns.Length == 0 ? [] : await PlacesAsync(dataSource, compiled, columns, ct);
        if (columns.Length == 0 || stocked.Count > MostWalks)
            return new(dataSource, compiled, [""], []);

        // Each walk names its place by parameters behind those of the condition.
        var number = compiled.Parameters;
        string[] each = [.. stocked.Select(_ => string.Concat(columns.Select(column => string.Create(CultureInfo.InvariantCulture, $" and s.{column} = ${++number}"))))];
        return new(dataSource, compiled, each, [.. stocked.SelectMany(place => place)]);
    }

    /// <summary>The next contacts and their versions; fewer than <paramref name="count"/> only at the end.</summary>
    /// <param name="after">Exclusive.</param>
    /// <param name="upTo">Inclusive; null: to the last one.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="ct">Cancels the query.</param>
    public async Task<List<Candidate>> ReadAsync(Guid after, Guid? upTo, int count, CancellationToken ct)
    {
        var found = new List<Candidate>(count);
        if (walks.Count == 0)
            return found; // no place has any
        var at = condition.Parameters + places.Count;
        var end = string.Create(CultureInfo.InvariantCulture, $" and s.id > ${at + 1} and s.id <= ${at + 2} order by s.id limit ${at + 3}");
        string[] each = [.. walks.Select(walk => $"{condition.Join} where {condition.All}{walk}{end}")];
        var others = string.Concat(each.Skip(1).Select(walk => $" union all (select s.id, s.version from read.contact_states s{walk})"));
        await using var command = dataSource.CreateCommand(
            $"select c.id, c.version from ((select s.id, s.version from read.contact_states s{each[0]}){others}) c order by c.id limit ${at + 3}");
        condition.AddParameters(command.Parameters);
        foreach (var place in places)
            command.Parameters.Add(new() { Value = place, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo ?? Guid.AllBitsSet });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(new(reader.GetGuid(0), reader.GetInt64(1)));
        return found;
    }

    static async Task<IReadOnlyList<string[]>> PlacesAsync(NpgsqlDataSource dataSource, SegmentCondition condition, string[] columns, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            $"select distinct {string.Join(", ", columns.Select(column => "s." + column))} from read.segment_counts s where {condition.Counted} limit {MostWalks + 1}");
        condition.AddParameters(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var stocked = new List<string[]>();
        while (await reader.ReadAsync(ct))
            stocked.Add([.. columns.Select((_, column) => reader.GetString(column))]);
        return stocked;
    }
}
