using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Padron.Domain.Numbering;

/// <summary>A telephone number in E.164: a plus, the country code and the national number, at most fifteen digits (ITU-T E.164).</summary>
/// <remarks>Kept as one integer, because 36 million of them are compared, sorted and indexed.</remarks>
[JsonConverter(typeof(PhoneNumberJsonConverter))]
public readonly record struct PhoneNumber : IParsable<PhoneNumber>, IComparable<PhoneNumber>
{
    internal const long Smallest = 10_000_000;
    internal const long Largest = 999_999_999_999_999;

    const long MexicoFloor = 520_000_000_000; // 52 and ten digits

    /// <param name="digits">Country code and national number: 525512345678 for +52 55 1234 5678.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than eight digits or more than fifteen.</exception>
    public PhoneNumber(long digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, Smallest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, Largest);
        Digits = digits;
    }

    /// <summary>Country code and national number as one integer, without the plus.</summary>
    public long Digits { get; }

    /// <summary>Whether digits can be a number at all: eight to fifteen.</summary>
    public static bool IsInRange(long digits) => digits is >= Smallest and <= Largest;

    /// <summary>Whether the number belongs to Mexico: 52 and ten digits.</summary>
    public bool IsMexican => Digits is >= MexicoFloor and < MexicoFloor + 10_000_000_000;

    /// <summary>The ten national digits of a Mexican number, as an integer.</summary>
    /// <exception cref="InvalidOperationException">The number is not Mexican.</exception>
    public long MexicanNational => IsMexican
        ? Digits - MexicoFloor
        : throw new InvalidOperationException("Only a Mexican number has a Mexican national part.");

    /// <param name="national">Ten digits, LADA first.</param>
    public static PhoneNumber Mexican(long national) => new(MexicoFloor + national);

    /// <summary>
    /// Reads what a person types: any form that <see cref="MexicanNumber.Normalize(string?, string?)"/> understands, and behind a plus or
    /// 00 a valid number of any other country.
    /// </summary>
    /// <exception cref="FormatException">The text is not a phone number; the message says why.</exception>
    public static PhoneNumber Parse(string s) => TypedNumber.Read(s, out var phone) is { } problem ? throw new FormatException(problem) : phone;

    static PhoneNumber IParsable<PhoneNumber>.Parse(string s, IFormatProvider? provider) => Parse(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PhoneNumber result) =>
        TypedNumber.Read(s, out result) is null;

    public int CompareTo(PhoneNumber other) => Digits.CompareTo(other.Digits);

    public static bool operator <(PhoneNumber left, PhoneNumber right) => left.Digits < right.Digits;
    public static bool operator >(PhoneNumber left, PhoneNumber right) => left.Digits > right.Digits;
    public static bool operator <=(PhoneNumber left, PhoneNumber right) => left.Digits <= right.Digits;
    public static bool operator >=(PhoneNumber left, PhoneNumber right) => left.Digits >= right.Digits;

    /// <returns>The number in E.164, such as <c>+525512345678</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"+{Digits}");
}

/// <summary>Writes a number as its E.164 text; reads only that.</summary>
public sealed class PhoneNumberJsonConverter : JsonConverter<PhoneNumber>
{
    public override PhoneNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is ['+', .. var digits] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        && value is >= PhoneNumber.Smallest and <= PhoneNumber.Largest
            ? new PhoneNumber(value)
            : throw new JsonException("A phone number is stored in E.164, such as +525512345678.");

    public override void Write(Utf8JsonWriter writer, PhoneNumber value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
