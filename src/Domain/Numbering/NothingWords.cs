using System.Collections.Frozen;

namespace Padron.Domain.Numbering;

/// <summary>What people and programs write into a field when they have nothing to write.</summary>
static class NothingWords
{
    // Longer text is not folded to be looked up: none of the words comes near.
    const int Longest = 24;

    // What the words and X begin with. Most names and streets begin with another letter, and an import asks this of five fields of 36 million rows.
    const string FirstLetters = "nsudvx";

    static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = FrozenSet.ToFrozenSet<string>(
        [
            "null", "(null)", "nulo", "none", "nil", "nan", "undefined", "n/a", "#n/a", "na", "n/d", "nd", "s/n", "sn", "s/d", "sd",
            "sinnombre", "sinapellido", "sinnumero", "sintelefono", "sindireccion", "sindomicilio", "sincolonia", "sinmunicipio",
            "sindato", "sindatos", "notiene", "noaplica", "nodisponible", "ninguno", "ninguna", "desconocido", "desconocida", "vacio",
        ],
        StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True for such a word in any spelling, for nothing but punctuation, and for nothing but X.</summary>
    public static bool Contains(ReadOnlySpan<char> text)
    {
        if (text.Length > Longest) return !HasLetterOrDigit(text);
        if (text is [var first, ..] && char.IsAsciiLetter(first) && !FirstLetters.Contains(char.ToLowerInvariant(first), StringComparison.Ordinal)) return false;
        Span<char> buffer = stackalloc char[Longest];
        var folded = buffer[..FoldedText.Write(text, buffer)];
        return Words.Contains(folded) || !HasLetterOrDigit(folded) || !folded.ContainsAnyExcept('x');
    }

    static bool HasLetterOrDigit(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            // A lone surrogate is neither, but half of a pair is half of some character: emoji are left to the reader.
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c)) return true;
        }

        return false;
    }
}
