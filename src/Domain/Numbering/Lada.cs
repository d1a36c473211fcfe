using System.Globalization;

namespace Padron.Domain.Numbering;

/// <summary>The first two or three digits of a Mexican number, which say where it is from.</summary>
public static class Lada
{
    internal const long NumbersPerHead = 10_000_000;

    // One string for each: the same LADA is asked for 36 million times.
    static readonly string[] ByHead =
    [
        .. Enumerable.Range(0, 1000)
            .Select(head => OfHead(head).ToString(head < 100 ? "000" : "0", CultureInfo.InvariantCulture))
            .Select(string.Intern),
    ];

    /// <summary>Two digits when they are 33, 55, 56 or 81, otherwise three.</summary>
    /// <remarks>Held for both ends of all 177,931 blocks of the plan of August 2026.</remarks>
    /// <exception cref="InvalidOperationException">The number is not Mexican.</exception>
    public static string Of(PhoneNumber phone) => ByHead[phone.MexicanNational / NumbersPerHead];

    /// <param name="national">Ten digits.</param>
    internal static string Of(ReadOnlySpan<char> national) => ByHead[int.Parse(national[..3], NumberStyles.None, CultureInfo.InvariantCulture)];

    /// <summary>
    /// Reads a LADA column, which may hold <c>(222)</c>, <c>055</c>, <c>55.0</c> or, in the register we import from, the first
    /// three digits of every number: 551 and 811 are slices of 55 and 81.
    /// </summary>
    /// <returns>A LADA that exists, or null.</returns>
    public static string? FromColumn(string? text)
    {
        var field = text.AsSpan().Trim();
        if (field.EndsWith(".0", StringComparison.Ordinal)) field = field[..^2];
        field = field.Trim(" ()'\"").TrimStart('0');
        if (field.Length is not (2 or 3) || field.ContainsAnyExceptInRange('0', '9')) return null;
        var number = int.Parse(field, NumberStyles.None, CultureInfo.InvariantCulture);
        return Ladas.Find(field.Length == 3 ? OfHead(number) : number)?.Lada;
    }

    /// <param name="head">The first three digits of a national number.</param>
    internal static int OfHead(int head) => head / 10 is 33 or 55 or 56 or 81 ? head / 10 : head;
}
