
namespace Padron.Api.Configuration;

/// <summary>How events become read models.</summary>
sealed record ProjectionOptions
{
    /// <summary>
    /// How many streams of a projection may have a dead letter (an event that can't be applied, with the later ones of its stream behind it) before the projection
    /// stops at the next one. 0 stops it at the first.
    /// </summary>
    /// <value>Streams from 0 to 10000; default 100.</value>
    [Setting("PROJECTION_DEAD_LETTERS", Unit = "streams", Min = 0, Max = 10_000)]
    public int DeadLetters { get; init; } = 100;

    /// <summary>A projection that is behind, does not move and is nobody's for this long makes <c>/health/ready</c> answer 503.</summary>
    /// <value>Seconds from 5 to 3600; default 30.</value>
    [Setting("PROJECTION_STALL", Unit = "seconds", Min = 5, Max = 3600)]
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);
}
