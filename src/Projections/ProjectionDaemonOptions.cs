namespace Padron.Projections;

/// <summary>How projections are run.</summary>
public sealed record ProjectionDaemonOptions
{
    /// <summary>How many streams may be parked before a projection stops at the next event that fails. 0 stops it at the first.</summary>
    public int MostParkedStreams { get; init; } = 100;
}
