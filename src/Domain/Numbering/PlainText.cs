using System.Globalization;
using System.Text;

namespace Padron.Domain.Numbering;

/// <summary>
/// A phone field in plain ASCII, so that the rules need to know one digit, one hyphen, one space and one quote: small letters without
/// accents, line breaks as <c>;</c>, invisible characters gone, and <c>?</c> for every sign that has no place in a number.
/// </summary>
static class PlainText
{
    const char Nothing = '\0';
    const char LineBreak = ';';
    const char Unknown = '?';

    /// <returns>How many characters were written; -1 when <paramref name="plain"/> is too short.</returns>
    public static int Write(ReadOnlySpan<char> text, Span<char> plain)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var c = Plain(rune);
            if (c == Nothing || (c == ' ' && (length == 0 || plain[length - 1] == ' '))) continue;
            if (length == plain.Length) return -1;
            plain[length++] = c;
        }

        return length;
    }

    static char Plain(Rune rune) => rune.Value switch
    {
        '\n' or '\r' or 0x85 or 0x2028 or 0x2029 => LineBreak,
        '"' or '`' or '´' => '\'',
        '\t' => ' ',
        < ' ' or 0x7F => Nothing,
        < 0x80 => FoldedText.Letter((char)rune.Value),
        >= 0xFF01 and <= 0xFF5E => Plain(new Rune(rune.Value - 0xFEE0)), // the full-width forms of ASCII
        '−' => '-',
        '·' or '•' => '.',
        _ => PlainByCategory(rune),
    };

    static char PlainByCategory(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.DecimalDigitNumber => (char)('0' + (int)Rune.GetNumericValue(rune)),
        UnicodeCategory.SpaceSeparator => ' ',
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark => Nothing,
        UnicodeCategory.DashPunctuation => '-',
        UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation => '\'',
        _ => rune.IsBmp && FoldedText.Letter((char)rune.Value) is var letter && char.IsAsciiLetter(letter) ? letter : Unknown,
    };
}
