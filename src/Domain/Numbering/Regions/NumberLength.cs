namespace Padron.Domain.Numbering.Regions;

/// <summary>What the number of digits alone says of a national number.</summary>
enum NumberLength
{
    Possible,
    TooShort,
    TooLong,

    /// <summary>Between the shortest and the longest, and none of those in use.</summary>
    Invalid,
}
