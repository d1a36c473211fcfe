using System.Globalization;

namespace Padron.Domain.Numbering;

/// <summary>Turns what people wrote in a phone column into a Mexican number in E.164, or says why it can't.</summary>
/// <remarks>
/// Since 3 August 2019 a number is ten digits. Before, calls within the country began with 01 or 02 (long distance), 044 or 045
/// (mobiles), and calls from abroad to a mobile had a 1 behind the 52. Address books are still full of them. Google's metadata no
/// longer knows them, so they are taken off here.
/// </remarks>
public static class MexicanNumber
{
    internal const int CallingCode = 52;
    internal const int NationalLength = 10;

    const int ShortestFiller = 7; // shorter ones are what is left of a number, except zeros

    /// <param name="raw">Any text.</param>
    /// <param name="rowLada">What the row's LADA column holds; completes a number of seven or eight digits.</param>
    public static NormalizedNumber Normalize(string? raw, string? rowLada = null)
    {
        Span<char> buffer = stackalloc char[WrittenNumber.MaxDigits];
        var written = WrittenNumber.Read(raw, buffer);
        if (written.Rejection is { } unreadable) return Rejected(unreadable);
        var digits = written.Digits;
        if (IsPlaceholder(digits)) return Rejected(RejectionReason.Placeholder);
        if (written.HasPlus) return FromAbroad(digits);
        if (digits is ['0', '0', .. var abroad] && digits.Length > NationalLength) return FromAbroad(abroad);
        if (digits is ['5', '2', .. { Length: >= NationalLength } behind52]) return National(WithoutOldPrefix(behind52));
        return digits.Length is 7 or 8 ? Local(digits, rowLada) : National(WithoutOldPrefix(digits));
    }

    // A plus and ten digits may be a Mexican number that somebody adorned, or one in Brazil (+55): a guess would message a stranger.
    static NormalizedNumber FromAbroad(ReadOnlySpan<char> digits) => digits switch
    {
        { Length: < 7 } => Rejected(RejectionReason.TooShort),
        ['5', '2', .. var national] => National(WithoutOldPrefix(national)),
        _ => Rejected(RejectionReason.Foreign),
    };

    /// <summary>Takes off what one dialled before a number until 2019 and 2020.</summary>
    /// <param name="digits">ASCII digits, without the country code.</param>
    internal static ReadOnlySpan<char> WithoutOldPrefix(ReadOnlySpan<char> digits) => digits switch
    {
        ['1', .. { Length: NationalLength } national] => national,
        ['0', '1' or '2', .. { Length: NationalLength } national] => national,
        ['0', '4', '4' or '5', .. { Length: NationalLength } national] => national,
        _ => digits,
    };

    static NormalizedNumber National(ReadOnlySpan<char> digits)
    {
        if (digits.Length != NationalLength)
            return Rejected(digits.Length < NationalLength ? RejectionReason.TooShort : RejectionReason.TooLong);
        if (IsPlaceholder(digits)) return Rejected(RejectionReason.Placeholder);

        // Also turns away 800 and 900, and the truncated 52…: no LADA begins with 52.
        var phone = PhoneNumber.Mexican(long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));
        return Ladas.Find(phone) is null ? Rejected(RejectionReason.UnknownLada) : new(phone, LadaInferred: false, Rejection: null);
    }

    // Seven digits behind a slice such as 551 stay too short: they may be the rest of ten digits, or eight of which one is lost.
    static NormalizedNumber Local(ReadOnlySpan<char> digits, string? rowLada)
    {
        var lada = Lada.FromColumn(rowLada);
        if (lada is null || lada.Length + digits.Length != NationalLength) return Rejected(RejectionReason.TooShort);
        Span<char> completed = stackalloc char[NationalLength];
        lada.CopyTo(completed);
        digits.CopyTo(completed[lada.Length..]);
        return National(completed) with { LadaInferred = true };
    }

    static bool IsPlaceholder(ReadOnlySpan<char> digits) =>
        !digits.ContainsAnyExcept('0')
        || (digits.Length >= ShortestFiller
            && (!digits.ContainsAnyExcept(digits[0])
                || "1234567890".AsSpan().StartsWith(digits) || "0123456789".AsSpan().StartsWith(digits)
                || "9876543210".AsSpan().StartsWith(digits)));

    static NormalizedNumber Rejected(RejectionReason reason) => new(default, LadaInferred: false, reason);
}
