namespace Padron.Domain.Numbering;

/// <summary>What may stand behind a number and is no part of it. Text is plain (<see cref="PlainText"/>).</summary>
static class NumberTail
{
    const string Digits = "0123456789";
    const int LongestExtension = 7;

    static readonly string[] ExtensionWords = ["extension", "extn", "ext", "x"];

    /// <summary>Takes off <c>ext 12</c>, <c>ext. 12</c>, <c>x12</c>, <c>extension 12</c>, <c>;ext=12</c> behind a number.</summary>
    public static ReadOnlySpan<char> TrimExtension(ReadOnlySpan<char> text)
    {
        var word = text.TrimEnd(Digits);
        var extensionDigits = text.Length - word.Length;
        if (extensionDigits > LongestExtension) return text;
        word = word.TrimEnd(" .:=#");
        foreach (var name in ExtensionWords)
        {
            if (!word.EndsWith(name)) continue;
            var number = word[..^name.Length];
            if (!number.IsEmpty && char.IsAsciiLetter(number[^1])) continue;

            // A bare x may also hide a digit (551234x678), so it takes a whole number before it and digits behind it.
            if (name == "x" ? extensionDigits > 0 && CountDigits(number) >= 10 : CountDigits(number) >= 7)
                return number.TrimEnd(" ,;-(");
        }

        return text;
    }

    /// <summary>
    /// Takes off the <c>.0</c> or <c>.00</c> of a number that a spreadsheet took for an amount. 55.12.34.56.00 and 55-123-456.00 are
    /// ten digits that somebody grouped: where there are fewer than ten before the point, they must stand without punctuation.
    /// </summary>
    public static ReadOnlySpan<char> TrimFloat(ReadOnlySpan<char> text)
    {
        var point = text.LastIndexOfAny('.', ',');
        if (point < 0 || text[(point + 1)..] is not ("0" or "00")) return text;
        var number = text[..point];
        var digits = CountDigits(number);
        return digits >= 10 || (digits >= 7 && digits == number.Length) ? number : text;
    }

    static int CountDigits(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c)) count++;
        }

        return count;
    }
}
