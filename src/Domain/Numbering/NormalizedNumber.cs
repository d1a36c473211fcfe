namespace Padron.Domain.Numbering;

/// <summary>Why a value is no Mexican phone number, or no number of any region. The names are stored with rejected rows: add, never rename.</summary>
public enum RejectionReason
{
    Empty,
    Letters,
    SeveralNumbers,
    LossyNotation,
    Placeholder,
    Foreign,
    TooShort,
    TooLong,
    UnknownLada,
    UnknownCallingCode,
}

/// <summary>What a dirty value came to: a number, or the reason why it is none.</summary>
/// <param name="Phone">The number; default when <paramref name="Rejection"/> is set.</param>
/// <param name="LadaInferred">The value had seven or eight digits and was completed with the row's LADA.</param>
/// <param name="Rejection">Null when the value is a number.</param>
public readonly record struct NormalizedNumber(PhoneNumber Phone, bool LadaInferred, RejectionReason? Rejection);
