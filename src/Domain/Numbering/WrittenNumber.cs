namespace Padron.Domain.Numbering;

/// <summary>The digits of one number as somebody wrote it, without what surrounds them, or the reason why they can't be told.</summary>
readonly ref struct WrittenNumber
{
    /// <summary>No form of a Mexican number is longer than 17 digits; what is cut off here is too long already.</summary>
    public const int MaxDigits = 24;

    const int LongestText = 128; // without surplus white space
    const int LocalLength = 7;
    const int NationalLength = 10;

    // Two local numbers have fourteen digits: below that the quick reader can't mistake two numbers for one.
    const int QuickDigits = 13;

    const string Punctuation = " '=-.,;:/()[]_#|&~<>";

    WrittenNumber(ReadOnlySpan<char> digits, bool hasPlus)
    {
        Digits = digits;
        HasPlus = hasPlus;
    }

    WrittenNumber(RejectionReason rejection) => Rejection = rejection;

    /// <summary>ASCII digits, one at least; empty when rejected.</summary>
    public ReadOnlySpan<char> Digits { get; }

    /// <summary>A plus stands before the first digit.</summary>
    public bool HasPlus { get; }

    public RejectionReason? Rejection { get; }

    /// <param name="raw">Any text.</param>
    /// <param name="digits">Room for <see cref="MaxDigits"/> characters, which the result refers to.</param>
    public static WrittenNumber Read(scoped ReadOnlySpan<char> raw, Span<char> digits)
    {
        // Nearly all numbers are digits, spaces, hyphens and parentheses.
        var count = 0;
        var plus = false;
        foreach (var c in raw)
        {
            if (char.IsAsciiDigit(c) && count < QuickDigits) digits[count++] = c;
            else if (c == '+' && count == 0) plus = true;
            else if (c is not (' ' or '-' or '(' or ')')) return ReadDirty(raw, digits);
        }

        return count == 0 ? new(RejectionReason.Empty) : new(digits[..count], plus);
    }

    static WrittenNumber ReadDirty(scoped ReadOnlySpan<char> raw, Span<char> digits)
    {
        Span<char> buffer = stackalloc char[LongestText];
        var length = PlainText.Write(raw, buffer);
        if (length < 0) return new(RejectionReason.TooLong);

        ReadOnlySpan<char> text = buffer[..length];
        text = text.Trim(Punctuation);
        if (text is not [>= '0' and <= '9', ..] && NothingWords.Contains(text)) return new(RejectionReason.Empty);
        if (text.StartsWith("tel:")) text = text["tel:".Length..].TrimStart(Punctuation);
        text = NumberTail.TrimFloat(NumberTail.TrimExtension(text));

        if (ScientificNotation.TryRead(text, digits, out var count))
            return count < 0 ? new(RejectionReason.LossyNotation) : new(digits[..count], hasPlus: false);
        return HoldsSeveral(text) ? new(RejectionReason.SeveralNumbers) : Collect(text, digits);
    }

    static WrittenNumber Collect(scoped ReadOnlySpan<char> text, Span<char> digits)
    {
        var count = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                if (count < digits.Length) digits[count++] = c;
            }
            else if (c != '+' && !Punctuation.Contains(c, StringComparison.Ordinal))
            {
                return new(RejectionReason.Letters);
            }
        }

        return count == 0 ? new(RejectionReason.Empty) : new(digits[..count], text[0] == '+');
    }

    /// <summary>
    /// True when two stretches of seven digits stand without any other sign between their digits, when two parts of seven digits have
    /// a separator between them, or when a separator and more digits follow ten (5512345678/79). <c>55 1234 5678</c> stays one number.
    /// </summary>
    static bool HoldsSeveral(ReadOnlySpan<char> text)
    {
        var (stretch, longStretches, part, longestPart) = (0, 0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
            {
                stretch = 0;
                if (!IsSeparator(text, i)) continue;
                longestPart = Math.Max(longestPart, part);
                part = 0;
                continue;
            }

            part++;
            if (++stretch == LocalLength) longStretches++;
            if (longStretches == 2 || longestPart >= NationalLength || (longestPart >= LocalLength && part >= LocalLength)) return true;
        }

        return false;
    }

    // "y" and "o" (and, or) separate as words only: 55O1234567 has the letter O for a zero.
    static bool IsSeparator(ReadOnlySpan<char> text, int index) => text[index] switch
    {
        '/' or ',' or ';' or '|' or '&' => true,
        'y' or 'o' => !(index > 0 && char.IsAsciiLetter(text[index - 1]))
            && !(index + 1 < text.Length && char.IsAsciiLetter(text[index + 1])),
        _ => false,
    };
}
