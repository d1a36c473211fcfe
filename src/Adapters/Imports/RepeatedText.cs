using System.Text;

namespace Padron.Adapters.Imports;

/// <summary>Texts of which a file has few: places, codes and dates. Each is made a string once, and found again without one.</summary>
sealed class RepeatedText
{
    // Mexico has 2,478 municipalities; what people write for them are more. A column that turns out to be full of different texts is not kept whole.
    const int Most = 50_000;
    const int Longest = 128;

    readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> known = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Longest)
            return Encoding.UTF8.GetString(utf8);
        Span<char> text = stackalloc char[Longest]; // no text has more of UTF-16 than of UTF-8
        text = text[..Encoding.UTF8.GetChars(utf8, text)];
        if (known.TryGetValue(text, out var same))
            return same;
        var made = text.ToString();
        if (known.Set.Count < Most)
            known.Set.Add(made);
        return made;
    }
}
