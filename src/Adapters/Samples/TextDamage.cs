using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Padron.Adapters.Samples;

/// <summary>What happens to Spanish text on its way through spreadsheets, exports and the wrong encodings.</summary>
static class TextDamage
{
    public static bool HasAccents([NotNullWhen(true)] string? text) => text is not null && text.AsSpan().ContainsAnyExceptInRange('\0', '\x7f');

    public static string Mojibake(string text, ref RowRandom random) => random.Below(3) switch
    {
        0 => ReadAsWindows1252(text),
        1 => Replaced(text, '?'),
        _ => Replaced(text, '\uFFFD'),
    };

    public static string Decomposed(string text) => text.Normalize(NormalizationForm.FormD);

    public static string StraySpaces(string text, ref RowRandom random)
    {
        var gap = text.IndexOf(' ', StringComparison.Ordinal);
        return (gap < 0 ? random.Below(4) : random.Below(7)) switch
        {
            0 => $"{text} ",
            1 => $"  {text}",
            2 => $"{text}\t",
            3 => $"{text}\n",
            4 => text.Insert(gap, " "),
            5 => string.Concat(text.AsSpan(0, gap), "\u00A0", text.AsSpan(gap + 1)),
            _ => string.Concat(text.AsSpan(0, gap), "\t", text.AsSpan(gap + 1)),
        };
    }

    /// <summary>UTF-8 read as Windows-1252: É becomes Ã‰. The bytes that 1252 leaves open stay control characters, as browsers have it.</summary>
    static string ReadAsWindows1252(string text)
    {
        var damaged = new StringBuilder(text.Length + 8);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            damaged.Append(value switch
            {
                0x89 => '\u2030',
                0x91 => '\u2018',
                0x93 => '\u201C',
                0x9A => '\u0161',
                0x9C => '\u0153',
                _ => (char)value,
            });
        }

        return damaged.ToString();
    }

    static string Replaced(string text, char with) => string.Create(text.Length, (text, with), static (damaged, from) =>
    {
        for (var i = 0; i < damaged.Length; i++)
            damaged[i] = char.IsAscii(from.text[i]) ? from.text[i] : from.with;
    });
}
