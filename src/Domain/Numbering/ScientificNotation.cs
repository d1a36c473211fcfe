using System.Globalization;

namespace Padron.Domain.Numbering;

/// <summary>Numbers that a spreadsheet wrote as 5.512345678E+09.</summary>
static class ScientificNotation
{
    /// <param name="text">Plain text, in lower case.</param>
    /// <param name="digits">Receives the whole number.</param>
    /// <param name="count">How many digits it has; -1 when the mantissa is shorter than the exponent, so that digits are lost.</param>
    /// <returns>False when this is no scientific notation.</returns>
    /// <remarks>5.51234567E9 may be exactly 5512345670 or a rounded 5512345674: nobody can tell, so it is lost.</remarks>
    public static bool TryRead(ReadOnlySpan<char> text, Span<char> digits, out int count)
    {
        count = -1;
        var e = text.IndexOf('e');
        if (e < 1) return false;

        var mantissa = text[..e];
        var power = text[(e + 1)..];
        var negative = power is ['-', ..];
        if (power is ['+' or '-', .. var unsigned]) power = unsigned;
        if (power.Length is 0 or > 3 || !IsDigits(power)) return false;

        var point = mantissa.IndexOfAny('.', ',');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? [] : mantissa[(point + 1)..];
        if (whole.IsEmpty || !IsDigits(whole) || !IsDigits(fraction)) return false;

        var exponent = int.Parse(power, NumberStyles.None, CultureInfo.InvariantCulture);
        if ((negative && exponent > 0) || exponent > fraction.Length || fraction[exponent..].ContainsAnyExcept('0')) return true;
        if (whole.Length + exponent > digits.Length) return true;
        whole.CopyTo(digits);
        fraction[..exponent].CopyTo(digits[whole.Length..]);
        count = whole.Length + exponent;
        return true;
    }

    static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
