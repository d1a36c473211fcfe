using Padron.Adapters.Redis;
using Padron.Application.Availability;

namespace Padron.Api.Configuration;

/// <summary>Answers that are kept: places, availability and premium LADAs. They are served only while the counts stand as they stood, so they are never old.</summary>
/// <remarks>The times are the customer's; they say how long what nobody asks for any more takes up memory.</remarks>
sealed record CacheOptions
{
    /// <summary>
    /// A Redis that all processes keep answers in together: host and port, then options (<c>redis:6379,password=…,ssl=true</c>). Without one each process keeps
    /// its own. While it does not answer, answers are computed each time.
    /// </summary>
    /// <value>Host and port; default none.</value>
    [Setting("REDIS", Unit = "host and port", Secret = true)]
    public string? Redis { get; init; }

    /// <summary>How long all places of a kind, with their counts, are kept (CACHE_LOCATIONS_TTL).</summary>
    /// <value>Seconds from 1 to 604800; default 3600.</value>
    [Setting("CACHE_LOCATIONS_TTL", Unit = "seconds", Min = 1, Max = 604_800)]
    public TimeSpan Locations { get; init; } = CacheTimes.Default.Places;

    /// <summary>How long the counts of a place, and those by status, are kept (CACHE_AVAILABILITY_TTL).</summary>
    /// <value>Seconds from 1 to 604800; default 300.</value>
    [Setting("CACHE_AVAILABILITY_TTL", Unit = "seconds", Min = 1, Max = 604_800)]
    public TimeSpan Availability { get; init; } = CacheTimes.Default.Availability;

    /// <summary>How long the premium LADAs, with their counts, are kept (CACHE_PREMIUM_LADAS_TTL).</summary>
    /// <value>Seconds from 1 to 604800; default 86400.</value>
    [Setting("CACHE_PREMIUM_LADAS_TTL", Unit = "seconds", Min = 1, Max = 604_800)]
    public TimeSpan PremiumLadas { get; init; } = CacheTimes.Default.PremiumLadas;

    public CacheTimes Times => new(Locations, Availability, PremiumLadas);

    /// <summary>What is wrong with the Redis given; null when nothing is.</summary>
    public string? Mistake
    {
        get
        {
            if (Redis is null)
                return null;
            try
            {
                RedisCache.Parse(Redis);
                return null;
            }
            catch (FormatException error)
            {
                return $"PADRON_REDIS can't be read ({error.Message}): give host and port such as redis:6379, and options after commas.";
            }
        }
    }
}
