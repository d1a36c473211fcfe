namespace Padron.MartenExtensions.Queue;

/// <summary>A message under this worker's lease. Worker and attempt together say whether it still is.</summary>
sealed record TakenMessage(
    Guid Id, string Kind, string Body, int Attempt, string Worker, string? User, string? CorrelationId, DateTimeOffset EnqueuedAt);

/// <summary>A try that failed.</summary>
/// <param name="Policy">Says whether and when there is another.</param>
sealed record FailedAttempt(Guid Id, string Worker, int Attempt, string Error, MessagePolicy Policy);
