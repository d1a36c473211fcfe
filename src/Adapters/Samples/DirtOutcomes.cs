using Padron.Domain.Numbering;

namespace Padron.Adapters.Samples;

/// <summary>What an import must make of a row, said by the kind of dirt that was put into it and not by reading the row.</summary>
static class DirtOutcomes
{
    /// <summary>The kinds that decide how the number is written; a row has one of them or none.</summary>
    public const Dirt LastOfNumber = Dirt.UnknownLada;

    /// <summary>The ways to write a number that leave all ten digits in the field.</summary>
    public static readonly Dirt[] WholeNumberForms =
    [
        Dirt.OldDialling, Dirt.CountryCode, Dirt.DecimalSuffix, Dirt.ExactScientific, Dirt.LeadingApostrophe, Dirt.Punctuation, Dirt.Extension,
    ];

    /// <returns>Null for dirt that can be read through.</returns>
    public static RejectionReason? RejectedAs(this Dirt dirt) => dirt switch
    {
        Dirt.BlankNumber => RejectionReason.Empty,
        Dirt.LetterForDigit or Dirt.TextAfterNumber => RejectionReason.Letters,
        Dirt.TwoNumbers => RejectionReason.SeveralNumbers,
        Dirt.LossyScientific => RejectionReason.LossyNotation,
        Dirt.PlaceholderNumber => RejectionReason.Placeholder,
        Dirt.ForeignNumber => RejectionReason.Foreign,
        Dirt.NineDigits or Dirt.LocalWithoutLada => RejectionReason.TooShort,
        Dirt.ElevenDigits => RejectionReason.TooLong,
        Dirt.UnknownLada => RejectionReason.UnknownLada,
        _ => null,
    };
}
