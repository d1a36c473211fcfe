namespace Padron.Application.Availability;

/// <summary>How long answers are kept at most. They are never served after what they were computed from has changed.</summary>
/// <param name="Places">All places of a kind, with their counts.</param>
/// <param name="Availability">Contacts in each status, and those of one place.</param>
/// <param name="PremiumLadas">The premium LADAs, with their counts.</param>
public sealed record CacheTimes(TimeSpan Places, TimeSpan Availability, TimeSpan PremiumLadas)
{
    /// <summary>The customer's: an hour, five minutes and a day.</summary>
    public static CacheTimes Default { get; } = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), TimeSpan.FromDays(1));
}
