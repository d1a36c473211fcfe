using System.Buffers;
using System.Globalization;
using System.Text;

namespace Padron.Domain.Numbering;

/// <summary>Names, addresses and places as they come from a source, made fit to be stored and compared.</summary>
public static class SourceText
{
    // What needs no work. The common case must cost one vectorised scan: an import cleans five fields of 36 million rows.
    static readonly SearchValues<char> Ordinary = SearchValues.Create(
        string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)) + "áéíóúüñÁÉÍÓÚÜÑ¿¡°ºª");

    /// <summary>
    /// Trims, makes every run of white space one space, drops control and invisible characters (PostgreSQL refuses NUL), repairs
    /// UTF-8 read as Latin-1 or Windows-1252, and composes accents (NFC).
    /// </summary>
    /// <returns>
    /// Null for nothing and for words that mean nothing (NULL, N/A, S/N, X, SIN NOMBRE, only punctuation); the same instance when clean.
    /// </returns>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var clean = IsClean(text) ? text : Rewrite(text);
        return NothingWords.Contains(clean) ? null : clean;
    }

    static bool IsClean(ReadOnlySpan<char> text) =>
        text[0] != ' ' && text[^1] != ' ' && !text.ContainsAnyExcept(Ordinary) && !text.Contains("  ", StringComparison.Ordinal);

    // Accents are composed by ICU: with globalization set to invariant they would stay decomposed, and a test fails.
    // The repair comes before the white space: a no-break space and a soft hyphen are half of à and í there.
    static string Rewrite(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in Mojibake.Repair(text).EnumerateRunes()) // a lone surrogate becomes U+FFFD, as Normalize would throw
        {
            if (Rune.IsWhiteSpace(rune))
            {
                if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
            }
            else if (!IsInvisible(rune))
            {
                clean.Append(rune.ToString());
            }
        }

        if (clean.Length > 0 && clean[^1] == ' ') clean.Length--;
        var normal = clean.ToString().Normalize(NormalizationForm.FormC);
        return string.Equals(normal, text, StringComparison.Ordinal) ? text : normal;
    }

    // What is not assigned (U+FFFF) shows nothing either, and Normalize throws on it.
    static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned;
}
