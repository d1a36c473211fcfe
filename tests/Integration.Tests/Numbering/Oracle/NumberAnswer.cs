using System.Text.RegularExpressions;
using Padron.Domain.Numbering;

namespace Padron.Integration.Tests.Numbering.Oracle;

/// <summary>What is known of a number, by us or by Google's library, in the same words.</summary>
/// <param name="E164">With a plus.</param>
/// <param name="Type">In Google's spelling: FIXED_LINE_OR_MOBILE.</param>
/// <param name="IsValid">Its region gives out such numbers.</param>
/// <param name="IsPossible">By its length.</param>
/// <param name="Region">Empty for none.</param>
/// <param name="National">As written within the country.</param>
/// <param name="International">As written for callers from abroad.</param>
/// <param name="DestinationCodeLength">0 for none.</param>
public sealed partial record NumberAnswer(
    string E164, string Type, bool IsValid, bool IsPossible, string Region, string National, string International, int DestinationCodeLength)
{
    /// <returns>Null when we can't part it into calling code and number.</returns>
    public static NumberAnswer? OfOurs(NumberSample sample) =>
        InternationalNumber.ReadStripped(sample.Text, sample.Home, out var number) is not null ? null
        : new(
            number.ToString(), WordEnd().Replace($"{number.Type}", "_").ToUpperInvariant(), number.IsValid, number.IsPossible, number.Region ?? "",
            number.ToNational(), number.ToInternational(), number.NationalDestinationCode?.Length ?? 0);

    /// <param name="line">A line of <c>eng/numbering/oracle.mjs</c>.</param>
    /// <returns>Null when Google's library can't parse it.</returns>
    public static NumberAnswer? OfGoogles(string line) => line.Split('\t') switch
    {
        ["-"] => null,
        [var e164, var type, var valid, var possible, var region, var national, var international, var destination] =>
            new(e164, type, valid is "true", possible is "true", region, national, international, int.Parse(destination, null)),
        _ => throw new FormatException($"The oracle answered '{line}'."),
    };

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordEnd();
}
