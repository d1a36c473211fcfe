using Padron.Application.Availability;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;

namespace Padron.Application.Extractions;

/// <summary>Turns the place an operator typed into a selection, or says what is unclear about it.</summary>
public sealed class SelectionResolver(AvailabilityQueries availability)
{
    /// <param name="kind">What the operator chooses by.</param>
    /// <param name="name">Name as typed; null for premium. Accents and case don't matter.</param>
    /// <param name="state">The state of a city or municipality, where the operator gave one.</param>
    /// <param name="ct">Cancels the look-up.</param>
    /// <exception cref="RuleViolationException"><c>place_unknown</c>, <c>place_ambiguous</c>, <c>no_premium_ladas</c></exception>
    public async Task<Selection> ResolveAsync(SelectionKind kind, string? name, string? state, CancellationToken ct = default)
    {
        switch (kind)
        {
            case SelectionKind.Premium:
                return (await availability.PremiumAsync(ct: ct)).Count > 0
                    ? new Selection(kind)
                    : throw new RuleViolationException("no_premium_ladas", "No ranking of LADAs is loaded: import a file that has the table mejores_ladas.");
            case SelectionKind.State:
                return new Selection(kind, StateCode: MexicanStates.Named(name!).Code);
            case SelectionKind.Lada:
                return Ladas.Find(name!.Trim()) is { } lada
                    ? new Selection(kind, lada.Lada)
                    : throw new RuleViolationException("place_unknown", $"There is no LADA '{name}'. LADAs are 33, 55, 56, 81 and three-digit codes such as 222.");
            default:
                return await InAStateAsync(kind, name!, state, ct);
        }
    }

    async Task<Selection> InAStateAsync(SelectionKind kind, string name, string? state, CancellationToken ct)
    {
        var word = kind is SelectionKind.City ? "city" : "municipality";
        var wanted = state is null ? null : MexicanStates.Named(state).Code;
        var places = (await availability.ByPlaceAsync(kind, name, ct: ct)).Where(place => wanted is null || place.StateCode == wanted).ToArray();
        return places switch
        {
            [] => throw new RuleViolationException("place_unknown", $"The register has no {word} '{name}'{(wanted is null ? "" : $" in {wanted}")}. `padron availability --by {word}` lists them."),
            [var place] => new Selection(kind, place.Value, place.StateCode),
            _ => throw new RuleViolationException(
                "place_ambiguous",
                $"'{name}' stands in several states: {string.Join(", ", places.Select(place => $"{(place.StateCode is "" ? "unknown" : place.StateCode)} ({place.Available:N0} available)"))}. Say which with --state."),
        };
    }
}
