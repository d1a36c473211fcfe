using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Padron.Application.Extractions;
using Padron.Domain.Contacts;
using Padron.Domain.Segments;

namespace Padron.Application.Segments;

/// <summary>The contacts of a filter: all of them, or in the order of their ids, from any id onward. Ids are keyed hashes, so a stretch of them is a random choice.</summary>
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
    readonly IReadOnlyList<string> places;
    readonly string[] walks; // each what follows "from read.contact_states s"

    SegmentWalk(NpgsqlDataSource dataSource, SegmentCondition condition, IReadOnlyList<string> columns, IReadOnlyList<string[]> each)
    {
        (this.dataSource, this.condition, places) = (dataSource, condition, [.. each.SelectMany(place => place)]);

        // The place of a walk, by parameters behind those of the condition, stands for what the condition says of it: with a list beside it, PostgreSQL
        // would use both, and sort.
        var number = condition.Parameters;
        var shared = $"{condition.Join} where {condition.Besides(columns)}";
        walks = columns.Count == 0 ? [shared]
            : each.Count == 0 ? [shared + " and false"] // no place has any
            : [.. each.Select(_ => shared + string.Concat(columns.Select(column => string.Create(CultureInfo.InvariantCulture, $" and s.{column} = ${++number}"))))];
    }

    /// <summary>How many parameters it takes; the next one is one above.</summary>
    public int Parameters => condition.Parameters + places.Count;

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
        var each = columns.Length == 0 ? [] : await PlacesAsync(dataSource, compiled, columns, ct);
        return each.Count > MostWalks ? new(dataSource, compiled, [], []) : new(dataSource, compiled, columns, each);
    }

    /// <summary>What follows <c>(select COLUMNS from read.contact_states s</c> in a query of all walks together, the closing parenthesis of the last included.</summary>
    /// <param name="columns">Of <c>s</c>.</param>
    /// <param name="end">What each walk ends with.</param>
    public string Union(string columns, string end = "") => string.Join($" union all (select {columns} from read.contact_states s", walks.Select(walk => $"{walk}{end})"));

    public void AddParameters(NpgsqlParameterCollection parameters)
    {
        condition.AddParameters(parameters);
        foreach (var place in places)
            parameters.Add(new() { Value = place, NpgsqlDbType = NpgsqlDbType.Text });
    }

    /// <summary>The next contacts and their versions; fewer than <paramref name="count"/> only at the end.</summary>
    /// <param name="after">Exclusive.</param>
    /// <param name="upTo">Inclusive; null: to the last one.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="ct">Cancels the query.</param>
    public async Task<List<Candidate>> ReadAsync(Guid after, Guid? upTo, int count, CancellationToken ct)
    {
        var at = Parameters;
        var end = string.Create(CultureInfo.InvariantCulture, $" and s.id > ${at + 1} and s.id <= ${at + 2} order by s.id limit ${at + 3}");
        await using var command = dataSource.CreateCommand(
            $"select c.id, c.version from ((select s.id, s.version from read.contact_states s{Union("s.id, s.version", end)}) c order by c.id limit ${at + 3}");
        AddParameters(command.Parameters);
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo ?? Guid.AllBitsSet });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<Candidate>(count);
        while (await reader.ReadAsync(ct))
            found.Add(new(reader.GetGuid(0), reader.GetInt64(1)));
        return found;
    }

    static async Task<IReadOnlyList<string[]>> PlacesAsync(NpgsqlDataSource dataSource, SegmentCondition condition, string[] columns, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            $"select distinct {string.Join(", ", columns.Select(column => "s." + column))} from read.contact_counts s where {condition.Counted} limit {MostWalks + 1}");
        condition.AddParameters(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var each = new List<string[]>();
        while (await reader.ReadAsync(ct))
            each.Add([.. columns.Select((_, column) => reader.GetString(column))]);
        return each;
    }
}
