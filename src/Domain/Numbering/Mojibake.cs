using System.Text;

namespace Padron.Domain.Numbering;

/// <summary>Undoes UTF-8 that a program read as Latin-1 or Windows-1252: <c>MÃ‰XICO</c> is MÉXICO, <c>PEÃ‘A</c> is PEÑA.</summary>
static class Mojibake
{
    // What Windows-1252 shows for the bytes 80 to 9F. NUL marks the five it leaves undefined; they arrive as C1 control characters.
    const string Windows1252 = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

    // Only the lead bytes of what Spanish text holds (Latin letters, combining accents, typographic marks). More would turn
    // a genuine É before a closing quotation mark into something else; none of these four is a Spanish letter.
    const string LeadBytes = "ÂÃÌâ";

    /// <returns>The repaired text; the same instance when there is nothing to repair.</returns>
    public static string Repair(string text)
    {
        // Text goes wrong once for each program on its way: twice is seen, three times no more.
        for (var pass = 0; pass < 2 && text.AsSpan().ContainsAny(LeadBytes); pass++)
        {
            var repaired = RepairOnce(text);
            if (repaired.Length == text.Length) break;
            text = repaired;
        }

        return text;
    }

    static string RepairOnce(string text)
    {
        var repaired = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var lead = text[i];
            var second = TrailBits(text, i + 1);
            if (lead == 'â' && second >= 0 && TrailBits(text, i + 2) is >= 0 and var third)
            {
                repaired.Append((char)(((lead & 0x0F) << 12) | (second << 6) | third));
                i += 2;
            }
            else if (lead is 'Â' or 'Ã' or 'Ì' && second >= 0)
            {
                repaired.Append((char)(((lead & 0x1F) << 6) | second));
                i++;
            }
            else
            {
                repaired.Append(lead);
            }
        }

        return repaired.ToString();
    }

    /// <returns>The six bits of a UTF-8 continuation byte (80 to BF); -1 when the character stands for none.</returns>
    static int TrailBits(string text, int index)
    {
        if (index >= text.Length) return -1;
        var c = text[index];
        if (c is >= '\u0080' and <= '\u00BF') return c & 0x3F;
        return c > '\u00FF' ? Windows1252.IndexOf(c, StringComparison.Ordinal) : -1;
    }
}
