using Padron.Domain.Contacts;
using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Contacts;

/// <summary>One fact of each kind about one contact, and what the specs say it of.</summary>
static class Facts
{
    public static readonly DateTimeOffset At = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);
    public static readonly PhoneNumber Phone = PhoneNumber.Mexican(5512345678);
    public static readonly Guid ImportId = new("0198c0de-0000-7000-8000-000000000001");
    public static readonly Guid ExtractionId = new("0198c0de-0000-7000-8000-000000000002");
    public static readonly Guid CampaignId = new("0198c0de-0000-7000-8000-000000000004");
    public static readonly ContactDetails Details = new(
        "(55) 1234-5678", "ANA PEÑA", "Av. Juárez 15", "Centro", "Cuauhtémoc", "CDMX", "Ciudad de México", At.AddYears(-2));

    public static readonly ContactImported Imported = new(Phone, LadaInferred: false, "55", Details, ImportId, SourceRow: 42, At);
    public static readonly ContactRegistered Registered = new(Phone, "55", Details, "ana", At);
    public static readonly ContactDetailsChanged DetailsChanged = new(Details with { FullName = "ANA PEÑA LÓPEZ", Address = null }, "ana", At);
    public static readonly ContactVerified Verified = new(VerificationMethod.NumberingPlan, "TELCEL", "pnn-2026-08", At);
    public static readonly ContactNotMobile NotMobile = new(VerificationMethod.NumberingPlan, "TELMEX", "pnn-2026-08", At);
    public static readonly ContactInvalidated Invalidated = new(InvalidationReason.OutOfService, At);
    public static readonly ContactExtracted Extracted = new(ExtractionId, At);
    public static readonly ContactReleased Released = new(ExtractionId, ReleaseReason.ExtractionCancelled, At);
    public static readonly ContactSent Sent = new(CampaignId, "m-1", "SM0001", At);
    public static readonly ContactOptedOut OptedOut = new(Phone: null, OptOutMethod.SmsKeyword, "ALTO", "gateway", At);
    public static readonly ContactOptedOut StrangerOptedOut = OptedOut with { Phone = Phone };
    public static readonly ContactOptedIn OptedIn = new("Form signed on paper, folder 7", "ana", At);

    public static readonly ContactWithdrawn Withdrawn = new(ImportId, Details: null, At);

    public static readonly ContactEvent[] All =
    [
        Imported, Registered, DetailsChanged, Verified, NotMobile, Invalidated, Extracted, Released, Sent, Withdrawn, OptedOut, OptedIn,
    ];
}
