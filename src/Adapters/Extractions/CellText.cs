using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Padron.Adapters.Extractions;

/// <summary>Makes any text fit for a cell. What people wrote in a name is kept, except for what no workbook can hold.</summary>
static partial class CellText
{
    // Excel's own limit of a cell, in UTF-16 units; above it Excel calls the workbook damaged.
    const int Longest = 32_767;

    public static string Clean(string text)
    {
        var clean = text.Length <= Longest && !text.Any(Doubtful) ? text : Rebuild(text);
        // A workbook reads _x0041_ as an escaped A, so the underscore of a text that happens to look so is escaped itself.
        return clean.Contains("_x", StringComparison.Ordinal) ? Escape().Replace(clean, "_x005F_") : clean;
    }

    static bool Doubtful(char c) => char.IsControl(c) || char.IsSurrogate(c) || c >= '\uFFFE';

    static string Rebuild(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var read);
            rest = rest[read..];
            if (clean.Length + rune.Utf16SequenceLength > Longest)
                break;
            if (status is not OperationStatus.Done || rune.Value is 0xFFFE or 0xFFFF)
                continue; // half a surrogate pair, or what XML forbids
            if (!Rune.IsControl(rune))
                clean.Append(rune);
            else if (rune.Value is '\t' or '\n' or '\r')
                clean.Append(' '); // a line break would make the row grow, or end it when the sheet is saved as text
        }

        return clean.ToString();
    }

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escape();
}
