using Padron.Domain.Numbering;

namespace Padron.Domain.Contacts;

/// <summary>Where a contact stands. Derived from its facts by precedence: of all that apply, the last named here wins.</summary>
/// <remarks>The read model derives the same in SQL (<c>contact_states.status</c>); a test holds the two together on random histories.</remarks>
public enum ContactStatus
{
    Unverified,
    Verified,
    Extracted,
    NotMobile,
    Invalid,
    OptedOut,
}

/// <summary>The facts about a contact that decisions need.</summary>
/// <param name="Exists">Its stream has an event: it was registered, or a stranger opted out.</param>
/// <param name="IsRegistered">An import or a person brought it into the register.</param>
/// <param name="IsVerified">The line was found to be a mobile.</param>
/// <param name="IsNotMobile">The line was found not to be a mobile, and nobody found otherwise since.</param>
/// <param name="IsInvalid">Found out of service or impossible, and not verified since.</param>
/// <param name="ExtractionId">The extraction it was handed out by, and that has not given it back.</param>
/// <param name="IsOptedOut">The person's last word was to opt out.</param>
/// <param name="IsAbroad">The number is not Mexican.</param>
/// <param name="LineMethod">What the last word about the line rests on, that it is a mobile or that it is not; null before the first.</param>
/// <param name="Details">What is known besides the number; null before it was registered.</param>
/// <param name="ImportId">The import that brought it and was not rolled back; null of one that was registered by hand.</param>
/// <param name="IsCorrected">The details are somebody's correction, no longer those it was registered with.</param>
public sealed record Contact(
    bool Exists = false,
    bool IsRegistered = false,
    bool IsVerified = false,
    bool IsNotMobile = false,
    bool IsInvalid = false,
    Guid? ExtractionId = null,
    bool IsOptedOut = false,
    bool IsAbroad = false,
    VerificationMethod? LineMethod = null,
    ContactDetails? Details = null,
    Guid? ImportId = null,
    bool IsCorrected = false)
{
    /// <summary>A number nobody has said anything about.</summary>
    public static readonly Contact Stranger = new();

    /// <summary>What is held of the line.</summary>
    public LineType Line => IsNotMobile ? LineType.Fixed : IsVerified ? LineType.Mobile : LineType.Unknown;

    public ContactStatus Status =>
        IsOptedOut ? ContactStatus.OptedOut
        : IsInvalid ? ContactStatus.Invalid
        : IsNotMobile ? ContactStatus.NotMobile
        : ExtractionId is not null ? ContactStatus.Extracted
        : IsVerified ? ContactStatus.Verified
        : ContactStatus.Unverified;
}
