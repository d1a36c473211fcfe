namespace Padron.Domain.Numbering;

/// <summary>What a number is for, as its digits tell. The names are those of Google's libphonenumber.</summary>
public enum NumberType
{
    /// <summary>No number that its region gives out.</summary>
    Unknown,
    FixedLine,
    Mobile,

    /// <summary>The digits don't tell the two apart: so in Mexico, where the numbering plan does (<see cref="NumberingPlan"/>), and in North America.</summary>
    FixedLineOrMobile,
    TollFree,
    PremiumRate,
    SharedCost,
    Voip,
    PersonalNumber,
    Pager,

    /// <summary>Universal access number: one number of a company for all its places.</summary>
    Uan,
    Voicemail,
}
