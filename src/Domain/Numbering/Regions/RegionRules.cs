using System.Globalization;
using System.Numerics;

namespace Padron.Domain.Numbering.Regions;

/// <summary>What makes a national number of a region: its prefixes, its lengths, and the kinds it comes in. Immutable.</summary>
sealed class RegionRules
{
    public const int LongestNational = 17;

    // The order of the table, in which the first that matches counts; but fixed and mobile may match both.
    static readonly (string Name, NumberType Type)[] Kinds =
    [
        ("premiumRate", NumberType.PremiumRate),
        ("tollFree", NumberType.TollFree),
        ("sharedCost", NumberType.SharedCost),
        ("voip", NumberType.Voip),
        ("personalNumber", NumberType.PersonalNumber),
        ("pager", NumberType.Pager),
        ("uan", NumberType.Uan),
        ("voicemail", NumberType.Voicemail),
        ("fixedLine", NumberType.FixedLine),
        ("mobile", NumberType.Mobile),
        ("general", NumberType.Unknown),
    ];

    const ulong FixedAndMobile = 0b11_0000_0000;
    const ulong General = 0b100_0000_0000;

    readonly DigitAutomaton kinds;
    readonly ulong[] kindsOfLength = new ulong[LongestNational + 1];
    readonly DigitAutomaton? leading;
    readonly PrefixPattern? internationalPrefix;
    readonly NationalPrefix? nationalPrefix;
    readonly int shortest;
    readonly int longest;

    RegionRules(ILookup<string, string[]> lines)
    {
        var patterns = new DigitPattern[Kinds.Length];
        var general = lines["general"].Single();
        for (var index = 0; index < Kinds.Length; index++)
        {
            var line = lines[Kinds[index].Name].SingleOrDefault();
            patterns[index] = line is null ? Nothing : DigitPattern.Parse(line[1]);
            foreach (var length in (line is [_, _, var own] ? own : general[2]).Split(','))
                kindsOfLength[int.Parse(length, CultureInfo.InvariantCulture)] |= 1UL << index;
        }

        kinds = DigitAutomaton.Of(patterns);
        shortest = Array.FindIndex(kindsOfLength, IsPossible);
        longest = Array.FindLastIndex(kindsOfLength, IsPossible);
        leading = Single("leading") is { } digits ? DigitAutomaton.Of([DigitPattern.Parse(digits)]) : null;
        internationalPrefix = Single("idd") is { } abroad ? new(abroad) : null;
        nationalPrefix = Single("prefix") is { } prefix ? new(prefix, Single("transform")) : null;

        string? Single(string name) => lines[name].SingleOrDefault()?[1];
    }

    static DigitPattern Nothing { get; } = new DigitPattern.Digit(0);

    /// <summary>The leading digits tell this region from others that share its calling code, whatever kind the number is of.</summary>
    public bool HasLeadingDigits => leading is not null;

    /// <param name="lines">The region's lines of the table.</param>
    public static RegionRules Read(IReadOnlyList<string[]> lines) => new(lines.ToLookup(line => line[0]));

    public bool BeginsWithLeadingDigits(ReadOnlySpan<char> national) => leading!.MatchStart(national) != 0;

    /// <returns><see cref="NumberType.Unknown"/> when it is no number of this region.</returns>
    public NumberType TypeOf(ReadOnlySpan<char> national)
    {
        if (national.Length > longest) return NumberType.Unknown;
        var found = kinds.Match(national) & kindsOfLength[national.Length];
        return (found & General) == 0 ? NumberType.Unknown
            : (found & (General - 1)) == FixedAndMobile ? NumberType.FixedLineOrMobile
            : Kinds[BitOperations.TrailingZeroCount(found)].Type;
    }

    /// <summary>Whether the digits are made like a number of the region, of whatever kind and length.</summary>
    public bool Matches(ReadOnlySpan<char> national) => (kinds.Match(national) & General) != 0;

    public NumberLength LengthOf(ReadOnlySpan<char> national) =>
        national.Length < shortest ? NumberLength.TooShort
        : national.Length > longest ? NumberLength.TooLong
        : IsPossible(kindsOfLength[national.Length]) ? NumberLength.Possible
        : NumberLength.Invalid;

    /// <summary>Takes off what one dials in this region to call abroad.</summary>
    /// <param name="digits">ASCII digits.</param>
    /// <param name="abroad">What is behind it: calling code and national number.</param>
    public bool TryTakeInternationalPrefix(ReadOnlySpan<char> digits, out ReadOnlySpan<char> abroad)
    {
        abroad = [];
        if (internationalPrefix is null) return false;
        Span<int> slots = stackalloc int[internationalPrefix.Slots];
        if (!internationalPrefix.TryMatch(digits, slots)) return false;
        abroad = digits[slots[1]..];
        return abroad is not ['0', ..]; // no calling code begins with 0: that was the beginning of a national number
    }

    /// <summary>Takes off what one dials before a number within the country, where that leaves or makes a number.</summary>
    /// <param name="national">ASCII digits.</param>
    /// <param name="buffer">Room for a number that changes: <see cref="NationalPrefix.Room"/> characters more than it has.</param>
    public ReadOnlySpan<char> WithoutNationalPrefix(ReadOnlySpan<char> national, Span<char> buffer)
    {
        if (nationalPrefix is null || !nationalPrefix.TryTake(national, buffer, out var without)) return national;
        return Matches(national) && !Matches(without) ? national : without;
    }

    static bool IsPossible(ulong kinds) => (kinds & General) != 0;
}
