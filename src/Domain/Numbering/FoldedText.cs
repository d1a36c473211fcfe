namespace Padron.Domain.Numbering;

/// <summary>
/// The key under which two spellings of one thing meet: lower case, without accents, white space, dots, commas, hyphens,
/// underscores and quotes. <c>Nvo. León</c> and <c>NVO LEON</c> are both <c>nvoleon</c>.
/// </summary>
static class FoldedText
{
    // U+00C0 to U+00FF. What has no plain letter (× ÷ þ) stays as it is.
    const string LatinLetters = "aaaaaaaceeeeiiiidnooooo×ouuuuyþs" + "aaaaaaaceeeeiiiidnooooo÷ouuuuyþy";

    /// <returns>How many characters were written; -1 when <paramref name="folded"/> is too short.</returns>
    public static int Write(ReadOnlySpan<char> text, Span<char> folded)
    {
        var length = 0;
        foreach (var c in text)
        {
            if (IsLeftOut(c)) continue;
            if (length == folded.Length) return -1;
            folded[length++] = Letter(c);
        }

        return length;
    }

    /// <summary>The lower-case letter without its accent; any other character as it is.</summary>
    public static char Letter(char c) => c switch
    {
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        >= 'À' and <= 'ÿ' => LatinLetters[c - 'À'],
        _ => c,
    };

    // U+0300 to U+036F: a decomposed accent is a character of its own behind its letter.
    static bool IsLeftOut(char c) => c switch
    {
        ' ' or '.' or ',' or '-' or '_' or '\'' or '"' => true,
        < (char)0x80 => c < ' ',
        >= '\u0300' and <= '\u036F' => true,
        _ => char.IsWhiteSpace(c),
    };
}
