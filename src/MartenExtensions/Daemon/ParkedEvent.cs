namespace Padron.MartenExtensions.Daemon;

/// <summary>An event that a projection was not given.</summary>
/// <param name="Position">Of the event.</param>
/// <param name="Version">In its stream.</param>
/// <param name="Error">What applying it came to, <c>CODE: text</c>; null when it only waits behind an earlier event of its stream.</param>
/// <param name="Tries">How often it was tried by itself.</param>
public sealed record ParkedEvent(
    string Projection, long Position, Guid StreamId, long Version, string Type, string? Error, int Tries, DateTimeOffset ParkedAt, DateTimeOffset? FailedAt);

/// <summary>What came of trying parked events again.</summary>
/// <param name="Applied">Events, those that had waited behind others included.</param>
/// <param name="Failed">Events that failed again; what waits behind them goes on waiting.</param>
public sealed record RetryResult(int Applied, int Failed);
