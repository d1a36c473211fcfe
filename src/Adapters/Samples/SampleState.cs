using System.Globalization;
using System.Text;

namespace Padron.Adapters.Samples;

/// <summary>A state and the ways people write it.</summary>
sealed class SampleState
{
    // Each could mean another place, so they are written only where the LADA says the same state: then both readings agree.
    static readonly HashSet<string> Ambiguous = ["MEXICO", "MÉXICO", "BAJA", "SAN LUIS"];

    public SampleState(int index, string code, string name, string aliases)
    {
        Index = index;
        Code = code;
        var capitals = name.ToUpperInvariant();
        Names = [capitals, WithoutAccents(capitals)];
        Aliases = [.. aliases.Split('|').Append(code).Select(alias => alias.ToUpperInvariant())];
        UnmistakableAliases = [.. Aliases.Where(alias => !Ambiguous.Contains(alias))];
    }

    public int Index { get; }
    public string Code { get; }

    /// <summary>In capitals, with accents and without.</summary>
    public string[] Names { get; }

    public string[] Aliases { get; }
    public string[] UnmistakableAliases { get; }

    static string WithoutAccents(string text) => string.Concat(text.Normalize(NormalizationForm.FormD)
        .Where(letter => char.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark));
}
