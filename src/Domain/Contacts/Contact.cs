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
/// <param name="Told">What is known besides the number, and who told it; null before it was registered.</param>
/// <param name="ImportId">The import that brought it and was not rolled back; null of one that was registered by hand.</param>
/// <param name="Sent">The messages to it that a provider accepted; null before the first.</param>
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
    ToldDetails? Told = null,
    Guid? ImportId = null,
    SentMessages? Sent = null)
{
    /// <summary>A number nobody has said anything about.</summary>
    public static readonly Contact Stranger = new();

    public ContactDetails? Details => Told?.Details;

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

/// <summary>Details and whose word they are.</summary>
/// <param name="Details">All of them.</param>
/// <param name="ImportId">The import that told them; null where a person did.</param>
/// <param name="Before">What an import that is rolled back leaves; null where nothing was told before, or a person's word ended it.</param>
public sealed record ToldDetails(ContactDetails Details, Guid? ImportId, ToldDetails? Before = null)
{
    /// <summary>Details that an import told again: after the rollback of a later one, so that what that told is gone.</summary>
    internal static ToldDetails By(Guid importId, ContactDetails details, ToldDetails? before)
    {
        for (var earlier = before; earlier is not null; earlier = earlier.Before)
        {
            if (earlier.ImportId == importId)
                return earlier with { Details = details };
        }

        return new(details, importId, before);
    }
}
