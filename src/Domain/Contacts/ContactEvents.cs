using Padron.Domain.Numbering;

namespace Padron.Domain.Contacts;

/// <summary>A fact about a contact. Names and members are the storage format ('contact_opted_out'): add, never rename or remove.</summary>
public abstract record ContactEvent;

/// <summary>An import saw the number for the first time.</summary>
/// <param name="Phone">The number in E.164.</param>
/// <param name="LadaInferred">The source gave seven or eight digits; the row's LADA completed them.</param>
/// <param name="Lada">Computed from the number, never taken from the source.</param>
/// <param name="Details">Name, address and place as the source gave them, cleaned.</param>
/// <param name="ImportId">The import that brought it.</param>
/// <param name="SourceRow">Row id in the source file.</param>
/// <param name="ImportedAt">When the import took it (UTC).</param>
public sealed record ContactImported(
    PhoneNumber Phone, bool LadaInferred, string Lada, ContactDetails Details, Guid ImportId, long SourceRow, DateTimeOffset ImportedAt) : ContactEvent;

/// <summary>The line is a mobile.</summary>
/// <param name="Method">How that is known.</param>
/// <param name="Carrier">The carrier of the block or of the look-up; portability makes the first a guess.</param>
/// <param name="Evidence">What was consulted, such as the numbering plan's version.</param>
/// <param name="VerifiedAt">When it was found out (UTC).</param>
public sealed record ContactVerified(VerificationMethod Method, string? Carrier, string? Evidence, DateTimeOffset VerifiedAt) : ContactEvent;

/// <summary>The line is a landline or other: no SMS reaches it.</summary>
public sealed record ContactNotMobile(VerificationMethod Method, string? Carrier, string? Evidence, DateTimeOffset ObservedAt) : ContactEvent;

/// <summary>The number is out of service or impossible.</summary>
public sealed record ContactInvalidated(InvalidationReason Reason, DateTimeOffset InvalidatedAt) : ContactEvent;

/// <summary>Handed out by an extraction, and so never handed out again.</summary>
public sealed record ContactExtracted(Guid ExtractionId, DateTimeOffset ExtractedAt) : ContactEvent;

/// <summary>The person wants no more messages.</summary>
/// <param name="Phone">The number, where this event begins the stream of one nobody had registered; otherwise null.</param>
/// <param name="Method">The way the wish reached us.</param>
/// <param name="Reason">In the person's or the operator's words.</param>
/// <param name="RecordedBy">The operator or client that recorded it.</param>
/// <param name="OptedOutAt">When the person asked, not when we heard of it (UTC).</param>
public sealed record ContactOptedOut(PhoneNumber? Phone, OptOutMethod Method, string? Reason, string? RecordedBy, DateTimeOffset OptedOutAt) : ContactEvent;

/// <summary>The person consented again.</summary>
/// <param name="Evidence">The proof of consent: who, where, in what words.</param>
/// <param name="RecordedBy">The operator or client that recorded it.</param>
/// <param name="OptedInAt">When the person consented (UTC).</param>
public sealed record ContactOptedIn(string Evidence, string? RecordedBy, DateTimeOffset OptedInAt) : ContactEvent;

/// <summary>What is known of a contact besides its number. Every part may be missing.</summary>
/// <param name="PhoneOriginal">The number as it stood in the source.</param>
/// <param name="FullName">Name of the person or company.</param>
/// <param name="Address">Street and number.</param>
/// <param name="Neighborhood">Colonia.</param>
/// <param name="Municipality">Municipio, or alcaldía in Mexico City.</param>
/// <param name="StateCode">One of the 32 codes of <see cref="MexicanStates"/>.</param>
/// <param name="City">The source's city, else the main city of the LADA.</param>
/// <param name="MigratedAt">The source's own date of entry. It gives no zone; read as UTC.</param>
public sealed record ContactDetails(
    string? PhoneOriginal = null,
    string? FullName = null,
    string? Address = null,
    string? Neighborhood = null,
    string? Municipality = null,
    string? StateCode = null,
    string? City = null,
    DateTimeOffset? MigratedAt = null);

public enum VerificationMethod
{
    /// <summary>The regulator's plan says so of the block the number lies in.</summary>
    NumberingPlan,

    /// <summary>The carrier was asked.</summary>
    CarrierLookup,

    /// <summary>An operator knows.</summary>
    Manual,
}

public enum InvalidationReason
{
    /// <summary>The imported file had es_valido = 0.</summary>
    MarkedInvalidInSource,
    OutOfService,
    Impossible,
}

public enum OptOutMethod
{
    SmsKeyword,
    Api,
    TelegramBot,
    Panel,
    Provider,
    Complaint,
    Registry,

    /// <summary>The command line.</summary>
    Cli,
}
