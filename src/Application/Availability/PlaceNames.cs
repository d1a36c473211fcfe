using FuzzySharp;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Projections.Contacts;

namespace Padron.Application.Availability;

/// <summary>A place that somebody named.</summary>
/// <param name="Value">What to look for: a state's code, a place key or a LADA.</param>
/// <param name="TakenFor">What was typed, where no place has that name and this one is meant almost certainly; otherwise null.</param>
public sealed record NamedPlace(string Value, string? TakenFor = null);

/// <summary>From what people type to the places that the register has: without regard to accents and case, with abbreviations, and with mistakes.</summary>
/// <remarks>Similarity is a distance of letters from 0 to 100: a letter that is missing, too many or exchanged for its neighbour in a word of ten leaves 90 to 95.</remarks>
public sealed class PlaceNames(AvailabilityQueries availability, CachedAvailability kept)
{
    // Guadaljara for Guadalajara has 95, Jalisko for Jalisco 86; Jalapa and Xalapa, which are two cities, 83.
    const int AlmostCertain = 85;
    const int AheadOfTheNext = 8;
    const int ShortestGuess = 5; // LEON and LERMA are near to many
    const int WorthSuggesting = 70;
    const int AsGoodAsTheBest = 15;
    const int MostSuggestions = 5;
    const int LongestName = 100;

    static readonly Dictionary<string, string> Abbreviations = new(StringComparer.Ordinal)
    {
        ["CD"] = "CIUDAD",
        ["GRAL"] = "GENERAL",
        ["NVA"] = "NUEVA",
        ["NVO"] = "NUEVO",
        ["STA"] = "SANTA",
        ["STO"] = "SANTO",
        ["PTO"] = "PUERTO",
    };

    /// <summary>The place of exactly this name, for what can't be undone: nothing is guessed, and what may have been meant is told.</summary>
    /// <exception cref="RuleViolationException"><c>place_unknown</c>, with suggestions</exception>
    public Task<NamedPlace> KnownAsync(SelectionKind kind, string typed, CancellationToken ct = default) => FindAsync(kind, typed, guess: false, token => availability.ByPlaceAsync(kind, ct: token), ct);

    /// <summary>The same, for whoever only looks: a single place that is meant almost certainly is taken, and said.</summary>
    /// <exception cref="RuleViolationException"><c>place_unknown</c>, with suggestions</exception>
    public Task<NamedPlace> NearestAsync(SelectionKind kind, string typed, CancellationToken ct = default) => FindAsync(kind, typed, guess: true, token => kept.ByPlaceAsync(kind, ct: token), ct);

    static async Task<NamedPlace> FindAsync(
        SelectionKind kind, string typed, bool guess, Func<CancellationToken, Task<IReadOnlyList<PlaceAvailability>>> all, CancellationToken ct)
    {
        if (kind is SelectionKind.State && MexicanStates.Match(typed) is { } state)
            return new(state.Code);
        if (kind is SelectionKind.Lada && Ladas.Find(typed.Trim()) is { } lada)
            return new(lada.Lada);
        var places = await all(ct);
        return Exactly(kind, typed, places) is { } exact ? new(exact)
            : guess && Guess(kind, typed, places) is { } near ? new(near, typed)
            : throw Unknown(kind, typed, within: null, places);
    }

    /// <returns>The key of the city or municipality of this name; null when the register has none.</returns>
    internal static string? Exactly(SelectionKind kind, string typed, IReadOnlyList<PlaceAvailability> places) => kind is SelectionKind.City or SelectionKind.Municipality
        ? Spellings(typed).FirstOrDefault(spelling => spelling is not "" && places.Any(place => place.Value == spelling))
        : null;

    /// <param name="kind">Kind of place.</param>
    /// <param name="typed">What is no such place.</param>
    /// <param name="within">The state in which it was looked for; null: in all.</param>
    /// <param name="places">All of the kind.</param>
    internal static RuleViolationException Unknown(SelectionKind kind, string typed, string? within, IReadOnlyList<PlaceAvailability> places)
    {
        var suggestions = Suggest(kind, typed, places);
        var (word, lacks) = kind switch
        {
            SelectionKind.State => ("state", $"There is no state '{typed}'."),
            SelectionKind.Lada => ("lada", $"There is no LADA '{typed}'."),
            SelectionKind.City => ("city", $"The register has no city '{typed}'{(within is null ? "" : $" in {within}")}."),
            _ => ("municipality", $"The register has no municipality '{typed}'{(within is null ? "" : $" in {within}")}."),
        };
        var otherwise = kind switch
        {
            SelectionKind.State => $"Use its name or code: {string.Join(", ", MexicanStates.All.Select(state => state.Code))}.",
            SelectionKind.Lada => "LADAs are 33, 55, 56, 81 and three-digit codes such as 222.",
            _ => $"`padron availability --by {word}` lists them.",
        };
        return new("place_unknown", suggestions.Length == 0 ? $"{lacks} {otherwise}" : $"{lacks} Did you mean {string.Join(" or ", suggestions.Select(Told))}?") { Suggestions = suggestions };
    }

    /// <summary>A suggestion in a sentence.</summary>
    internal static string Told(PlaceSuggestion place) => string.Concat(
        MexicanStates.Find(place.Value)?.Name ?? place.Value, " (", place.StateCode switch { null => "", "" => "unknown state, ", var state => state + ", " },
        $"{place.Available:N0} available)");

    static string? Guess(SelectionKind kind, string typed, IReadOnlyList<PlaceAvailability> places)
    {
        var ranked = Names(kind, places)
            .GroupBy(name => name.Place.Value, (value, names) => (Value: value, Score: names.Max(name => Score(typed, name.Name, Fuzz.Ratio))))
            .OrderByDescending(place => place.Score).Take(2).ToArray();
        return SourceText.Clean(typed) is { Length: >= ShortestGuess and <= LongestName } && ranked is [{ Score: >= AlmostCertain } best, .. var rest]
            && rest.All(next => next.Score <= best.Score - AheadOfTheNext) ? best.Value : null;
    }

    static PlaceSuggestion[] Suggest(SelectionKind kind, string typed, IReadOnlyList<PlaceAvailability> places)
    {
        if (kind is SelectionKind.Lada)
            return Lada.FromColumn(typed) is not { } lada ? [] : [Of(places.FirstOrDefault(place => place.Value == lada) ?? new(lada, null, 0, 0))];
        if (typed.Length > LongestName)
            return [];
        var scored = Names(kind, places).Select(name => (name.Place, Score: Score(typed, name.Name, Fuzz.WeightedRatio))).Where(name => name.Score >= WorthSuggesting).ToArray();
        var best = scored.Select(name => name.Score).DefaultIfEmpty().Max();
        return
        [
            .. scored.Where(name => name.Score >= best - AsGoodAsTheBest)
                .OrderByDescending(name => name.Score).ThenByDescending(name => name.Place.Available).ThenBy(name => name.Place.Value, StringComparer.Ordinal)
                .Select(name => Of(name.Place)).Take(MostSuggestions),
        ];

        static PlaceSuggestion Of(PlaceAvailability place) => new(place.Value, place.StateCode, place.Available);
    }

    // Of states, all there are, by name; of the others, those that the register has.
    static IEnumerable<(PlaceAvailability Place, string Name)> Names(SelectionKind kind, IReadOnlyList<PlaceAvailability> places) => kind is SelectionKind.State
        ? MexicanStates.All.Select(state => (places.FirstOrDefault(place => place.Value == state.Code) ?? new(state.Code, null, 0, 0), PlaceKey.Of(state.Name)))
        : kind is SelectionKind.City or SelectionKind.Municipality ? places.Where(place => place.Value is not "").Select(place => (place, place.Value))
        : [];

    static int Score(string typed, string name, Func<string, string, int> similarity) => Spellings(typed).Max(spelling => similarity(spelling, name));

    // As it is compared, and with its abbreviations written out: CD. JUAREZ is CIUDAD JUAREZ.
    static string[] Spellings(string typed)
    {
        var key = PlaceKey.Of(SourceText.Clean(typed));
        var whole = string.Join(' ', key.Split(' ').Select(word => Abbreviations.GetValueOrDefault(word.TrimEnd('.'), word)));
        return whole == key ? [key] : [key, whole];
    }
}
