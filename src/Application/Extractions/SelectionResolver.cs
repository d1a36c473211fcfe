using Padron.Application.Availability;
using Padron.Application.Segments;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Domain.Segments;

namespace Padron.Application.Extractions;

/// <summary>Turns the place an operator typed into a selection, or says what is unclear about it.</summary>
/// <remarks>Whoever is handed out can't be taken back, so no place is guessed: one that is only similar is suggested.</remarks>
public sealed class SelectionResolver(AvailabilityQueries availability, PlaceNames names, SegmentQueries segments, TimeProvider clock)
{
    /// <param name="kind">What the operator chooses by.</param>
    /// <param name="name">Name as typed, also of a segment; null for premium. Accents and case don't matter.</param>
    /// <param name="state">The state of a city or municipality, where the operator gave one.</param>
    /// <param name="ct">Cancels the look-up.</param>
    /// <exception cref="RuleViolationException">
    /// <c>place_unknown</c> and <c>place_ambiguous</c>, with suggestions; <c>no_premium_ladas</c>, <c>segment_unknown</c>, <c>segment_not_extractable</c>
    /// </exception>
    public async Task<Selection> ResolveAsync(SelectionKind kind, string? name, string? state, CancellationToken ct = default)
    {
        switch (kind)
        {
            case SelectionKind.Premium:
                return (await availability.PremiumAsync(ct: ct)).Count > 0
                    ? new Selection(kind)
                    : throw new RuleViolationException("no_premium_ladas", "No ranking of LADAs is loaded: import a file that has the table mejores_ladas.");
            case SelectionKind.State:
                return new Selection(kind, StateCode: (await names.KnownAsync(kind, name!, ct)).Value);
            case SelectionKind.Lada:
                return new Selection(kind, (await names.KnownAsync(kind, name!, ct)).Value);
            case SelectionKind.Segment:
                var segment = SegmentName.Parse(name);
                return Selection.Of(segment, await segments.GetAsync(segment, ct), clock.GetUtcNow());
            default:
                return await InAStateAsync(kind, name!, state, ct);
        }
    }

    async Task<Selection> InAStateAsync(SelectionKind kind, string name, string? state, CancellationToken ct)
    {
        var wanted = state is null ? null : (await names.KnownAsync(SelectionKind.State, state, ct)).Value;
        var all = await availability.ByPlaceAsync(kind, ct: ct);
        var key = PlaceNames.Exactly(kind, name, all);
        var places = all.Where(place => place.Value == key && (wanted is null || place.StateCode == wanted)).ToArray();
        return places switch
        {
            [] => throw PlaceNames.Unknown(kind, name, wanted, all),
            [var place] => new Selection(kind, place.Value, place.StateCode),
            _ => throw new RuleViolationException(
                "place_ambiguous",
                $"'{name}' stands in several states: {string.Join(", ", places.Select(place => $"{(place.StateCode is "" ? "unknown" : place.StateCode)} ({place.Available:N0} available)"))}. Say which with --state.")
            {
                Suggestions = [.. places.Select(place => new PlaceSuggestion(place.Value, place.StateCode, place.Available))],
            },
        };
    }
}
