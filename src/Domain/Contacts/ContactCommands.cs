using Padron.Domain.Numbering;

namespace Padron.Domain.Contacts;

/// <summary>Takes a row of an import into the register.</summary>
/// <param name="Phone">The number, already normalised.</param>
/// <param name="LadaInferred">The row's LADA completed the number.</param>
/// <param name="Details">The row's other columns, cleaned.</param>
/// <param name="MarkedInvalid">The source says the number is not valid; that outweighs the plan.</param>
/// <param name="Line">What the numbering plan says of the line; null without a plan or a block.</param>
/// <param name="PlanVersion">The plan that was asked.</param>
/// <param name="ImportId">The import.</param>
/// <param name="SourceRow">Row id in the source file.</param>
/// <param name="At">When the import took the row (UTC). A decider never reads a clock.</param>
public sealed record ImportContact(
    PhoneNumber Phone, bool LadaInferred, ContactDetails Details, bool MarkedInvalid, NumberingBlock? Line, string? PlanVersion,
    Guid ImportId, long SourceRow, DateTimeOffset At)
{
    /// <summary>The row names no state; that of the details is the LADA's.</summary>
    public bool StateInferred { get; init; }

    /// <summary>The row names no city; that of the details is the LADA's.</summary>
    public bool CityInferred { get; init; }

    /// <summary>What the row itself says of a contact that is known: no cell is blank, and nothing is worked out.</summary>
    /// <remarks>How the number was written and when the source had it first are told once, by the row that brought the contact.</remarks>
    public ContactDetails Given => Details with
    {
        PhoneOriginal = null,
        StateCode = StateInferred ? null : Details.StateCode,
        City = CityInferred ? null : Details.City,
        MigratedAt = null,
    };
}

/// <summary>Takes one number into the register, by hand.</summary>
/// <param name="Phone">The number, already normalised.</param>
/// <param name="Details">What is known besides: see <see cref="ContactDetails.Of"/>.</param>
/// <param name="Line">What the numbering plan says of the line; null without a plan or a block.</param>
/// <param name="PlanVersion">The plan that was asked.</param>
/// <param name="By">The operator or client.</param>
/// <param name="At">UTC.</param>
public sealed record RegisterContact(
    PhoneNumber Phone, ContactDetails Details, NumberingBlock? Line, string? PlanVersion, string? By, DateTimeOffset At);

/// <summary>Corrects what is known of a contact. Of each part: null leaves it as it is, empty text says that nothing is known of it.</summary>
/// <param name="FullName">Name of the person or company.</param>
/// <param name="Address">Street and number.</param>
/// <param name="Neighborhood">Colonia.</param>
/// <param name="Municipality">Municipio, or alcaldía in Mexico City.</param>
/// <param name="City">City.</param>
/// <param name="State">By name, code or alias.</param>
/// <param name="By">The operator or client.</param>
/// <param name="At">UTC.</param>
public sealed record CorrectContact(
    string? FullName, string? Address, string? Neighborhood, string? Municipality, string? City, string? State, string? By, DateTimeOffset At);

/// <summary>Records that the line is a mobile.</summary>
public sealed record VerifyContact(VerificationMethod Method, string? Carrier, string? Evidence, DateTimeOffset At);

/// <summary>Records that the line is not a mobile.</summary>
public sealed record MarkNotMobile(VerificationMethod Method, string? Carrier, string? Evidence, DateTimeOffset At);

/// <summary>Puts right what an older numbering plan, or none, said of the line.</summary>
/// <param name="Line">What the plan in force says of the line; null where it has no block.</param>
/// <param name="PlanVersion">The plan in force.</param>
/// <param name="At">UTC.</param>
public sealed record ReclassifyContact(NumberingBlock? Line, string PlanVersion, DateTimeOffset At);

/// <summary>Records that the number is out of service or impossible.</summary>
public sealed record InvalidateContact(InvalidationReason Reason, DateTimeOffset At);

/// <summary>Hands a contact out.</summary>
public sealed record ExtractContact(Guid ExtractionId, DateTimeOffset At);

/// <summary>Gives a contact back: whoever extracts next may have it.</summary>
/// <param name="ExtractionId">The extraction that holds it.</param>
/// <param name="Reason">What became of the extraction.</param>
/// <param name="At">UTC.</param>
public sealed record ReleaseContact(Guid ExtractionId, ReleaseReason Reason, DateTimeOffset At);

/// <summary>Takes back what an import told, because it is rolled back: the contact, if it brought it, or else the details that it changed.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="At">UTC.</param>
/// <param name="By">The operator.</param>
public sealed record WithdrawContact(Guid ImportId, DateTimeOffset At, string? By = null);

/// <summary>Records that a message to a contact was accepted by the provider.</summary>
/// <param name="CampaignId">The campaign it belongs to; null for none.</param>
/// <param name="MessageId">The sender's id of the message; required.</param>
/// <param name="ProviderId">The provider's id of it; null where it gave none.</param>
/// <param name="At">When the provider accepted it (UTC).</param>
public sealed record RecordSent(Guid? CampaignId, string MessageId, string? ProviderId, DateTimeOffset At);

/// <summary>Stops all messages to a number.</summary>
/// <param name="Phone">The number; it need not be in the register.</param>
/// <param name="Method">The way the wish reached us.</param>
/// <param name="Reason">In the person's or the operator's words.</param>
/// <param name="By">Who records it.</param>
/// <param name="At">When the person asked (UTC).</param>
public sealed record OptOutContact(PhoneNumber Phone, OptOutMethod Method, string? Reason, string? By, DateTimeOffset At);

/// <summary>Records renewed consent.</summary>
/// <param name="Phone">The number.</param>
/// <param name="Evidence">The proof of consent; required.</param>
/// <param name="By">Who records it.</param>
/// <param name="At">When the person consented (UTC).</param>
public sealed record OptInContact(PhoneNumber Phone, string Evidence, string? By, DateTimeOffset At);
