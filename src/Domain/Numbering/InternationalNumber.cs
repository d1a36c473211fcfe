using System.Globalization;
using Padron.Domain.Numbering.Regions;

namespace Padron.Domain.Numbering;

/// <summary>A number of any region, and what its digits tell: whose it is, whether it can exist, what for, and how it is written.</summary>
/// <remarks>
/// By the metadata of Google's libphonenumber, which know neither portability nor what was assigned: valid means that the region gives
/// out numbers like it. In Mexico one valid number in four is assigned, and no digit tells a mobile from a landline: the numbering plan does.
/// </remarks>
public readonly record struct InternationalNumber
{
    const int ArgentineCallingCode = 54;

    readonly Region? main; // of the calling code: the lengths and formats of its numbers
    readonly Region? region;
    readonly long national;
    readonly byte length; // with the zeros that the integer lost: in Italy they belong to the number

    internal InternationalNumber(Region main, Region? region, NumberType type, ReadOnlySpan<char> national)
    {
        this.main = main;
        this.region = region;
        this.national = long.Parse(national, NumberStyles.None, CultureInfo.InvariantCulture);
        length = (byte)national.Length;
        Type = type;
    }

    /// <summary>52 for Mexico; 0 for no number.</summary>
    public int CallingCode => main?.CallingCode ?? 0;

    /// <summary>ISO 3166-1 alpha-2; <c>001</c> for a calling code of no country; null where regions share the calling code and none has such numbers.</summary>
    public string? Region => region?.Code;

    public NumberType Type { get; }

    /// <summary>Its region gives out numbers like it.</summary>
    public bool IsValid => Type is not NumberType.Unknown;

    /// <summary>Its calling code has numbers of that many digits.</summary>
    public bool IsPossible => main is not null && main.Rules.LengthOf(Digits(stackalloc char[RegionRules.LongestNational])) is NumberLength.Possible;

    /// <summary>The national number in digits, without any prefix.</summary>
    public string National => main is null ? "" : new(Digits(stackalloc char[RegionRules.LongestNational]));

    /// <summary>
    /// The area or network code; in Mexico the LADA. Elsewhere the first group of the number as one writes it, for Argentine mobiles with
    /// the 9 before it. Null where numbers have no groups.
    /// </summary>
    public string? NationalDestinationCode
    {
        get
        {
            if (main is null) return null;
            var digits = Digits(stackalloc char[RegionRules.LongestNational]);
            if (IsValid && main.CallingCode == MexicanNumber.CallingCode) return Lada.Of(digits);
            var groups = (main.Formats.Find(digits)?.International(digits) ?? "").Split([' ', '-', '.'], StringSplitOptions.RemoveEmptyEntries);
            return groups switch
            {
                [] or [_] => null,
                ["9", var area, ..] when main.CallingCode == ArgentineCallingCode && Type is NumberType.Mobile => "9" + area,
                [var first, ..] => first,
            };
        }
    }

    /// <summary>Reads what a person wrote. Everything but the digits is treated as in a Mexican phone column; what is Mexican loses its old prefixes.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="home">The region it is dialled from, ISO 3166-1 alpha-2; null takes only what begins with a plus.</param>
    /// <param name="number">The number, which need not be valid; default when rejected.</param>
    /// <returns>Null, or why the text is no number.</returns>
    /// <exception cref="ArgumentException">There is no such region.</exception>
    public static RejectionReason? Read(string? text, string? home, out InternationalNumber number)
    {
        number = default;
        Span<char> buffer = stackalloc char[WrittenNumber.MaxDigits];
        var written = WrittenNumber.Read(text, buffer);
        return written.Rejection ?? NumberReader.Read(written.Digits, written.HasPlus, Home(home), mexicanRules: true, out number);
    }

    /// <summary>Reads digits that were stripped of everything else, by the metadata alone: to them 044 55 1234 5678 is no number of Mexico.</summary>
    /// <param name="digits">ASCII digits, 24 at most, behind a plus or not.</param>
    /// <param name="home">The region they are dialled from, ISO 3166-1 alpha-2; null takes only what begins with a plus.</param>
    /// <param name="number">The number, which need not be valid; default when rejected.</param>
    /// <returns>Null, or why the digits are no number.</returns>
    /// <exception cref="ArgumentException">There is no such region, or the text holds something else.</exception>
    public static RejectionReason? ReadStripped(ReadOnlySpan<char> digits, string? home, out InternationalNumber number)
    {
        var hasPlus = digits is ['+', ..];
        if (hasPlus) digits = digits[1..];
        if (digits.ContainsAnyExceptInRange('0', '9') || digits.Length > WrittenNumber.MaxDigits)
            throw new ArgumentException($"'{digits}' is not {WrittenNumber.MaxDigits} digits at most.", nameof(digits));
        return NumberReader.Read(digits, hasPlus, Home(home), mexicanRules: false, out number);
    }

    /// <summary>What the digits of a number in E.164 tell.</summary>
    /// <returns>Default when it begins with no calling code.</returns>
    public static InternationalNumber Of(PhoneNumber phone)
    {
        Span<char> buffer = stackalloc char[WrittenNumber.MaxDigits];
        phone.Digits.TryFormat(buffer, out var count, provider: CultureInfo.InvariantCulture);
        return RegionTable.OfCallingCode(buffer[..count], out var national) is { } main ? NumberReader.Identify(main, national) : default;
    }

    /// <returns>Null when E.164 has no room for it: it takes eight to fifteen digits in all.</returns>
    public PhoneNumber? ToPhoneNumber() =>
        long.TryParse(ToString().AsSpan(main is null ? 0 : 1), NumberStyles.None, CultureInfo.InvariantCulture, out var digits)
        && digits is >= PhoneNumber.Smallest and <= PhoneNumber.Largest
            ? new PhoneNumber(digits)
            : null;

    /// <summary>As it is written within the country: <c>55 1234 5678</c>, in Argentina <c>011 15-2345-6789</c>.</summary>
    public string ToNational()
    {
        if (main is null) return "";
        var digits = Digits(stackalloc char[RegionRules.LongestNational]);
        return main.Formats.Find(digits)?.National(digits) ?? new(digits);
    }

    /// <summary>As it is written for callers from abroad: <c>+52 55 1234 5678</c>.</summary>
    public string ToInternational()
    {
        if (main is null) return "";
        var digits = Digits(stackalloc char[RegionRules.LongestNational]);
        return $"+{main.CallingCode} {main.Formats.Find(digits)?.International(digits) ?? new(digits)}";
    }

    /// <returns>The number in E.164, such as <c>+525512345678</c>.</returns>
    public override string ToString() => main is null ? "" : $"+{main.CallingCode}{Digits(stackalloc char[RegionRules.LongestNational])}";

    static Region? Home(string? code) =>
        code is null ? null : RegionTable.Find(code) ?? throw new ArgumentException($"There is no region '{code}': use its two letters, such as MX.", nameof(code));

    ReadOnlySpan<char> Digits(Span<char> buffer)
    {
        national.TryFormat(buffer, out var count, "D17", CultureInfo.InvariantCulture); // as many as the buffer holds
        return buffer[(count - length)..count];
    }
}
