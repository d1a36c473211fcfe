namespace Padron.Domain.Numbering;

/// <summary>A number that a person types and can type again: Mexican unless it says otherwise, and then it must be a valid one.</summary>
static class TypedNumber
{
    // A plus and ten digits: Tijuana's 664 223 4567 adorned, or +66 42 234 567 in Thailand? Who opts out must not be mistaken for a stranger.
    const long SmallestDoubtful = 1_000_000_000;
    const long LargestDoubtful = 9_999_999_999;

    /// <returns>Null, or a sentence that says what is wrong.</returns>
    public static string? Read(string? text, out PhoneNumber phone)
    {
        var number = MexicanNumber.Normalize(text);
        phone = number.Phone;
        return number.Rejection switch
        {
            null => null,
            RejectionReason.Foreign => ReadForeign(text!, out phone),
            { } reason => $"'{text}' is not a Mexican phone number: {reason.Explain()}",
        };
    }

    static string? ReadForeign(string text, out PhoneNumber phone)
    {
        phone = default;
        if (InternationalNumber.Read(text, "MX", out var number) is not null || !number.IsValid || number.ToPhoneNumber() is not { } foreign)
            return $"'{text}' is not a phone number: it has the prefix of another country, and none gives out such numbers.";
        if (HasPlus(text) && foreign.Digits is >= SmallestDoubtful and <= LargestDoubtful && Ladas.Find(PhoneNumber.Mexican(foreign.Digits)) is not null)
            return $"'{text}' may be a number of Mexico or one abroad ({number.Region}): write +52 before it, or 00 for the plus.";
        phone = foreign;
        return null;
    }

    static bool HasPlus(string text) => WrittenNumber.Read(text, stackalloc char[WrittenNumber.MaxDigits]).HasPlus;
}
