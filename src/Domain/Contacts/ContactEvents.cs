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

/// <summary>Somebody added the number by itself, not with a file.</summary>
/// <param name="Phone">The number in E.164.</param>
/// <param name="Lada">Computed from the number; null for a number of another country.</param>
/// <param name="Details">Name, address and place, cleaned.</param>
/// <param name="RegisteredBy">The operator or client.</param>
/// <param name="RegisteredAt">UTC.</param>
public sealed record ContactRegistered(PhoneNumber Phone, string? Lada, ContactDetails Details, string? RegisteredBy, DateTimeOffset RegisteredAt) : ContactEvent;

/// <summary>Name, address or place were corrected by a person, or a later import told them otherwise.</summary>
/// <param name="Details">
/// All that is known from now on, also what did not change: a part that is absent is known no more. So the event can be read without the
/// ones before it, and nothing has to tell "unchanged" from "set to nothing".
/// </param>
/// <param name="ChangedBy">The operator or client; null where an import did it, of which the event's metadata says who runs it.</param>
/// <param name="ChangedAt">UTC.</param>
/// <param name="ImportId">The import whose word the details are; null of a person's. With <paramref name="ChangedBy"/>: a later one was rolled back.</param>
/// <param name="SourceRow">Row id in that import's file; null after a rollback.</param>
public sealed record ContactDetailsChanged(
    ContactDetails Details, string? ChangedBy, DateTimeOffset ChangedAt, Guid? ImportId = null, long? SourceRow = null) : ContactEvent;

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

/// <summary>Handed out by an extraction, and so never handed out again, unless that extraction gives it back.</summary>
public sealed record ContactExtracted(Guid ExtractionId, DateTimeOffset ExtractedAt) : ContactEvent;

/// <summary>Given back by the extraction that held it, before its file was begun: nobody ever saw the contact.</summary>
/// <param name="ExtractionId">The extraction.</param>
/// <param name="Reason">What became of it.</param>
/// <param name="ReleasedAt">UTC.</param>
public sealed record ContactReleased(Guid ExtractionId, ReleaseReason Reason, DateTimeOffset ReleasedAt) : ContactEvent;

/// <summary>The import that brought the contact was rolled back: it is not in the register any more, and of its line nothing is known.</summary>
/// <remarks>Only of a contact with events besides the import's; one without is removed, stream and all.</remarks>
/// <param name="ImportId">The import.</param>
/// <param name="Details">What is known from now on: what a person or another import has told since; null when the import alone had told it.</param>
/// <param name="WithdrawnAt">UTC.</param>
public sealed record ContactWithdrawn(Guid ImportId, ContactDetails? Details, DateTimeOffset WithdrawnAt) : ContactEvent;

/// <summary>A message to the contact was accepted by the provider. Whether it arrived is another fact.</summary>
/// <param name="CampaignId">The campaign it belongs to; null of a message by itself, or sent with another tool.</param>
/// <param name="MessageId">The sender's id of the message: each counts once.</param>
/// <param name="ProviderId">The provider's id of it, by which delivery receipts name it; null where it gave none.</param>
/// <param name="SentAt">When the provider accepted it, not when we heard of it (UTC).</param>
public sealed record ContactSent(Guid? CampaignId, string MessageId, string? ProviderId, DateTimeOffset SentAt) : ContactEvent;

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
    DateTimeOffset? MigratedAt = null)
{
    /// <summary>Cleans what a source or a person wrote. State and city that are not given are those of the number's LADA.</summary>
    /// <param name="phone">A Mexican number.</param>
    /// <param name="phoneOriginal">As it was written.</param>
    /// <param name="fullName">As it was written; so all below.</param>
    /// <param name="address">Street and number.</param>
    /// <param name="neighborhood">Colonia.</param>
    /// <param name="municipality">Municipio.</param>
    /// <param name="state">The state the text was found to name. Some LADAs cross a state line, so it goes before the LADA's.</param>
    /// <param name="city">City.</param>
    /// <param name="migratedAt">The source's own date of entry.</param>
    public static ContactDetails Of(
        PhoneNumber phone, string? phoneOriginal, string? fullName, string? address, string? neighborhood, string? municipality, MexicanState? state,
        string? city, DateTimeOffset? migratedAt = null)
    {
        var lada = Ladas.Find(phone);
        return new(
            SourceText.Clean(phoneOriginal), SourceText.Clean(fullName), SourceText.Clean(address), SourceText.Clean(neighborhood), SourceText.Clean(municipality),
            state?.Code ?? lada?.StateCode, SourceText.Clean(city) ?? lada?.City, migratedAt);
    }
}

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

public enum ReleaseReason
{
    /// <summary>Its extraction was cancelled.</summary>
    ExtractionCancelled,

    /// <summary>Its extraction failed, such as one that had to have the exact amount.</summary>
    ExtractionFailed,
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
