using Npgsql;
using NpgsqlTypes;
using Padron.Application.Extractions;
using Padron.Application.Segments;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.MartenExtensions.Bulk;

namespace Padron.Application.Availability;

/// <summary>Contacts of one value of a place.</summary>
/// <param name="Value">State code, place key or LADA; empty where the register does not know it.</param>
/// <param name="StateCode">State of a city or municipality; otherwise null.</param>
/// <param name="Available">Verified contacts, ready to be extracted.</param>
/// <param name="Total">All contacts.</param>
/// <param name="Low">True where it runs low (<see cref="LowAvailability"/>), null where it does not.</param>
/// <param name="TakenFor">What was asked for, where it is no place and this one was taken for it; otherwise null.</param>
public sealed record PlaceAvailability(string Value, string? StateCode, long Available, long Total, bool? Low = null, string? TakenFor = null);

/// <summary>A premium LADA.</summary>
/// <param name="Rank">1 is best.</param>
/// <param name="Lada">Area code.</param>
/// <param name="Icpth2022">Highest household income among its municipalities, pesos a quarter.</param>
/// <param name="Available">Verified contacts.</param>
/// <param name="Low">True where it runs low (<see cref="LowAvailability"/>), null where it does not.</param>
public sealed record PremiumAvailability(int Rank, string Lada, decimal Icpth2022, long Available, bool? Low = null);

/// <summary>Counts contacts from <c>contact_counts</c>: a sum over few rows, however many contacts there are.</summary>
/// <remarks>
/// As of a position of the past too, which <see cref="AsOfPositions"/> gives: at a day's end that is a sum over few rows again, inside a day
/// every contact that had an event between the position and the nearer end of the day is folded, so on the day of a big import it takes long.
/// </remarks>
public sealed class AvailabilityQueries(NpgsqlDataSource dataSource)
{
    /// <summary>How many LADAs premium takes (the customer's rule).</summary>
    public const int PremiumLadas = 10;

    /// <summary>Contacts in each status.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ByStatusAsync(long? asOf = null, CancellationToken ct = default)
    {
        await using var command = Over(asOf, counts => $"select status, sum(contacts)::bigint from {counts} s group by status");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        return counts;
    }

    /// <summary>Contacts by the values of a kind of place, the best stocked first.</summary>
    /// <param name="kind">State, city, municipality or LADA.</param>
    /// <param name="value">Only this value; compared without accents and case.</param>
    /// <param name="asOf">A position; the present unless given.</param>
    /// <param name="ct">Cancels the query.</param>
    public async Task<IReadOnlyList<PlaceAvailability>> ByPlaceAsync(SelectionKind kind, string? value = null, long? asOf = null, CancellationToken ct = default)
    {
        if (kind is SelectionKind.State)
            value = MexicanStates.Match(value)?.Code ?? value; // what people type is a name
        var (column, state) = kind switch
        {
            SelectionKind.State => ("state_code", "null::text"),
            SelectionKind.City => ("city_key", "state_code"),
            SelectionKind.Municipality => ("municipality_key", "state_code"),
            SelectionKind.Lada => ("lada", "null::text"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Premium and segments are no places."),
        };
        await using var command = Over(
            asOf,
            counts => $"""
            select {column} as value, {state} as state, coalesce(sum(contacts) filter (where status = 'VERIFIED'), 0)::bigint as available, sum(contacts)::bigint
              from {counts} s
             where $1::text is null or {column} = read.place_key($1)
             group by 1, 2
             order by available desc, value, state
            """,
            new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var places = new List<PlaceAvailability>();
        while (await reader.ReadAsync(ct))
            places.Add(new(reader.GetString(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3)));
        return places;
    }

    /// <summary>The ten premium LADAs, best ranked first; none before a file with <c>mejores_ladas</c> was imported. The ranking is always that of today.</summary>
    public async Task<IReadOnlyList<PremiumAvailability>> PremiumAsync(long? asOf = null, CancellationToken ct = default)
    {
        await using var command = Over(
            asOf,
            counts => $"""
            with premium as materialized (
                select rank, lada, icpth_2022 from padron.premium_ladas order by rank limit $1
            )
            select p.rank::integer, p.lada, p.icpth_2022, coalesce(a.contacts, 0)::bigint
              from premium p
              left join (
                select s.lada, sum(s.contacts) as contacts from {counts} s
                 where s.status = 'VERIFIED' and s.lada = any (array(select lada from premium))
                 group by s.lada
              ) a using (lada)
             order by p.rank
            """,
            new NpgsqlParameter { Value = PremiumLadas });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ladas = new List<PremiumAvailability>();
        while (await reader.ReadAsync(ct))
            ladas.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetDecimal(2), reader.GetInt64(3)));
        return ladas;
    }

    /// <summary>Contacts an extraction of this selection could take.</summary>
    /// <exception cref="StreamsLoadingException">The register is loading: what it will hold can't be counted yet.</exception>
    public async Task<long> CountAsync(Selection selection, CancellationToken ct = default)
    {
        await using (var connection = await dataSource.OpenConnectionAsync(ct))
            await BulkLoad.RefuseIfRunningAsync(connection, ct);
        if (selection.Kind is SelectionKind.Premium)
            return (await PremiumAsync(ct: ct)).Sum(lada => lada.Available);
        if (selection is { Kind: SelectionKind.Segment, Filter: { } filter })
            return (await SegmentQueries.CountAsync(dataSource, filter, ct)).Available;
        var pool = Pool.Of(selection);
        await using var command = dataSource.CreateCommand(
            $"select coalesce(sum(contacts), 0)::bigint from read.contact_counts where status = 'VERIFIED' and {pool.Condition}");
        pool.AddParameters(command.Parameters);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    // Of the past the counts are those of one position, the query's last parameter.
    NpgsqlCommand Over(long? asOf, Func<string, string> sql, params NpgsqlParameter[] parameters)
    {
        var command = dataSource.CreateCommand(sql(asOf is null ? "read.contact_counts" : $"read.contact_counts_as_of(${parameters.Length + 1})"));
        command.Parameters.AddRange(parameters);
        if (asOf is { } position)
        {
            command.Parameters.Add(new() { Value = position });
            command.CommandTimeout = 0; // whoever asks cancels it
        }

        return command;
    }
}
