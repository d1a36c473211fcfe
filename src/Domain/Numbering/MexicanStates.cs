using System.Collections.Frozen;
using System.Text;

namespace Padron.Domain.Numbering;

/// <param name="Code">The common abbreviation (JAL, CDMX, NL), which is neither the ISO 3166-2 nor the CURP code.</param>
/// <param name="Name">As people say it.</param>
/// <param name="OfficialName">As the constitution says it.</param>
public sealed record MexicanState(string Code, string Name, string OfficialName);

/// <summary>The 32 states, and the ways in which their names are written.</summary>
public static class MexicanStates
{
    // Longer text is no state in any spelling: the longest name has 31 letters, mojibake doubles a few of them.
    const int Longest = 64;

    static readonly MexicanState[] States =
        [.. EmbeddedTable.Rows("states.csv").Select(row => new MexicanState(row[0], row[1], row[2]))];

    static readonly FrozenDictionary<string, MexicanState> ByCode =
        States.ToFrozenDictionary(state => state.Code, StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<string, MexicanState>.AlternateLookup<ReadOnlySpan<char>> BySpelling =
        ReadSpellings().GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>In the order of INEGI's state numbers.</summary>
    public static IReadOnlyList<MexicanState> All => States;

    public static MexicanState? Find(string code) => ByCode.GetValueOrDefault(code);

    /// <summary>
    /// The state a field names by code, name, official name or a known alias, whatever its case, accents, dots and spaces. The whole
    /// field must match: SIN, SON, QUE, COL, VER and MOR are also Spanish words, and nothing is guessed from a similar spelling.
    /// </summary>
    public static MexicanState? Match(string? text)
    {
        var field = text.AsSpan().Trim();
        if (field.IsEmpty || field.Length > Longest) return null;
        return MatchSpelling(field) ?? (Ascii.IsValid(field) ? null : MatchSpelling(SourceText.Clean(text)));
    }

    /// <summary>As <see cref="Match"/>, for text that a person typed and can type again.</summary>
    /// <exception cref="RuleViolationException"><c>place_unknown</c></exception>
    public static MexicanState Named(string text) => Match(text)
        ?? throw new RuleViolationException("place_unknown", $"There is no state '{text}'. Use its name or code: {string.Join(", ", All.Select(state => state.Code))}.");

    static MexicanState? MatchSpelling(ReadOnlySpan<char> field)
    {
        Span<char> key = stackalloc char[Longest];
        var length = FoldedText.Write(field, key);
        return length > 0 && BySpelling.TryGetValue(key[..length], out var state) ? state : null;
    }

    static FrozenDictionary<string, MexicanState> ReadSpellings()
    {
        Dictionary<string, MexicanState> spellings = [];
        Span<char> key = stackalloc char[Longest];
        foreach (var row in EmbeddedTable.Rows("states.csv"))
        {
            var state = ByCode[row[0]];
            foreach (var spelling in (string[])[row[0], row[1], row[2], .. row[6].Split('|')])
            {
                var folded = key[..FoldedText.Write(spelling, key)].ToString();
                if (!spellings.TryAdd(folded, state) && spellings[folded] != state)
                    throw new InvalidOperationException($"states.csv: '{spelling}' names both {spellings[folded].Code} and {state.Code}.");
            }
        }

        return spellings.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
