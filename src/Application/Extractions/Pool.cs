using Npgsql;
using NpgsqlTypes;
using Padron.Domain.Extractions;

namespace Padron.Application.Extractions;

/// <summary>The contacts that share a place: the same condition counts them in <c>contact_counts</c> and finds them in <c>contact_states</c>.</summary>
/// <param name="Condition">SQL over the place keys, which both tables name alike; parameters from $1.</param>
/// <param name="Values">Its parameters.</param>
public sealed record Pool(string Condition, IReadOnlyList<string> Values)
{
    public static Pool OfLada(string lada) => new("lada = $1", [lada]);

    /// <exception cref="ArgumentException">Premium is a pool of each LADA, a segment none.</exception>
    public static Pool Of(Selection selection) => selection.Kind switch
    {
        SelectionKind.State => new("state_code = $1", [selection.StateCode!]),
        SelectionKind.City => new("state_code = $1 and city_key = read.place_key($2)", [selection.StateCode!, selection.Name!]),
        SelectionKind.Municipality => new("state_code = $1 and municipality_key = read.place_key($2)", [selection.StateCode!, selection.Name!]),
        SelectionKind.Lada => OfLada(selection.Name!),
        _ => throw new ArgumentException("A premium selection has a pool for each of its LADAs, and a segment is no place.", nameof(selection)),
    };

    internal void AddParameters(NpgsqlParameterCollection parameters)
    {
        foreach (var value in Values)
            parameters.Add(new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text });
    }
}
