namespace Padron.Domain.Numbering.Regions;

/// <summary>Parts a number into calling code and national number, as Google's libphonenumber does; the results are the same (see the oracle test).</summary>
static class NumberReader
{
    const int ShortestNational = 2;

    /// <summary>Reads digits that were stripped of everything else.</summary>
    /// <param name="digits">ASCII digits, 24 at most.</param>
    /// <param name="hasPlus">A plus stood before them: they begin with a calling code.</param>
    /// <param name="home">Where the number is dialled from, when it does not say; null when that is not known.</param>
    /// <param name="mexicanRules">Mexican numbers lose the prefixes of before 2020, which the metadata no longer know.</param>
    /// <param name="number">The number, which need not be a valid one; default when rejected.</param>
    /// <returns>Null, or why it can't be parted.</returns>
    public static RejectionReason? Read(ReadOnlySpan<char> digits, bool hasPlus, Region? home, bool mexicanRules, out InternationalNumber number)
    {
        number = default;
        Span<char> buffer = stackalloc char[WrittenNumber.MaxDigits + NationalPrefix.Room];
        if (FindCallingCode(digits, hasPlus, home, buffer, out var region, out var national) is { } rejection) return rejection;

        if (mexicanRules && region.CallingCode == MexicanNumber.CallingCode) national = MexicanNumber.WithoutOldPrefix(national);
        if (national.Length < ShortestNational) return RejectionReason.TooShort;
        Span<char> stripped = stackalloc char[WrittenNumber.MaxDigits + (2 * NationalPrefix.Room)];
        var without = region.Rules.WithoutNationalPrefix(national, stripped);
        if (region.Rules.LengthOf(without) is NumberLength.Possible or NumberLength.TooLong) national = without;
        if (national.Length < ShortestNational) return RejectionReason.TooShort;
        if (national.Length > RegionRules.LongestNational) return RejectionReason.TooLong;

        number = Identify(region, national);
        return null;
    }

    /// <summary>The number that a calling code and a national number make.</summary>
    /// <param name="main">The main region of the calling code, or the only one.</param>
    /// <param name="national">Two to seventeen ASCII digits.</param>
    public static InternationalNumber Identify(Region main, ReadOnlySpan<char> national)
    {
        var sharing = RegionTable.Sharing(main.CallingCode);
        if (sharing is [var only]) return new(only, only, only.Rules.TypeOf(national), national);
        foreach (var region in sharing)
        {
            var rules = region.Rules;
            if (rules.HasLeadingDigits)
            {
                if (rules.BeginsWithLeadingDigits(national)) return new(sharing[0], region, rules.TypeOf(national), national);
            }
            else if (rules.TypeOf(national) is not NumberType.Unknown and var type)
            {
                return new(sharing[0], region, type, national);
            }
        }

        return new(sharing[0], null, NumberType.Unknown, national);
    }

    // The region whose rules hold for the national number: the main one of the calling code, or home where the number has none.
    static RejectionReason? FindCallingCode(
        ReadOnlySpan<char> digits, bool hasPlus, Region? home, Span<char> buffer, out Region region, out ReadOnlySpan<char> national)
    {
        region = home!;
        national = digits;
        if (hasPlus && RegionTable.OfCallingCode(digits, out national) is { } main)
        {
            region = main;
            return digits.Length <= ShortestNational ? RejectionReason.TooShort : null;
        }

        // A plus before what is no calling code may be an ornament: +00 52 …, but it can't be a number of this country.
        if (home is null) return RejectionReason.UnknownCallingCode;
        if (home.Rules.TryTakeInternationalPrefix(digits, out var abroad))
        {
            if (abroad.Length <= ShortestNational) return RejectionReason.TooShort;
            if (RegionTable.OfCallingCode(abroad, out national) is not { } dialled) return RejectionReason.UnknownCallingCode;
            region = dialled;
            return null;
        }

        if (TryTakeOwnCallingCode(digits, home, buffer, out national))
            region = RegionTable.Sharing(home.CallingCode)[0];
        else if (hasPlus)
            return RejectionReason.UnknownCallingCode;
        return null;
    }

    // Without a plus the country's own calling code is taken for one only where the whole is no number, or longer than any.
    static bool TryTakeOwnCallingCode(ReadOnlySpan<char> digits, Region home, Span<char> buffer, out ReadOnlySpan<char> national)
    {
        national = digits;
        if (!RegionTable.BeginsWith(digits, home.CallingCode, out var rest)) return false;
        var rules = home.Rules;
        var without = rules.WithoutNationalPrefix(rest, buffer);
        if ((rules.Matches(digits) || !rules.Matches(without)) && rules.LengthOf(digits) is not NumberLength.TooLong) return false;
        national = without;
        return true;
    }
}
