using System.Text.Json.Serialization;

namespace Padron.MartenExtensions.Queue;

/// <summary>A message that was given up, until an operator replays or discards it.</summary>
/// <param name="Body">As JSON.</param>
/// <param name="Attempts">Tries since it was enqueued or last replayed.</param>
/// <param name="Error">Of the last try.</param>
/// <param name="Failures">Of every try, oldest first, those before a replay included.</param>
/// <param name="Metadata">Of the transaction that enqueued it.</param>
public sealed record DeadLetter(
    Guid Id, string Kind, string Body, int Attempts, string Error, IReadOnlyList<MessageFailure> Failures, EventMetadata Metadata,
    DateTimeOffset EnqueuedAt, DateTimeOffset FailedAt);

/// <summary>A try that failed.</summary>
/// <param name="Attempt">1 for the first one since the message was enqueued or replayed.</param>
/// <param name="Worker">Machine, process and instance.</param>
/// <param name="Error">The exception with its stack, shortened.</param>
public sealed record MessageFailure(DateTimeOffset At, int Attempt, string Worker, string Error);

/// <summary>What stands in the queue of one kind.</summary>
/// <param name="Due">To be taken now.</param>
/// <param name="Scheduled">To be taken later: delayed, or waiting for another try.</param>
/// <param name="Leased">Being handled, or about to be.</param>
/// <param name="Dead">Dead letters.</param>
/// <param name="OldestDueAt">Since when the one that waits longest could have been done; null when none waits.</param>
public sealed record QueueStatus(string Kind, long Due, long Scheduled, long Leased, long Dead, DateTimeOffset? OldestDueAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<MessageFailure>))]
sealed partial class DeadLetterJson : JsonSerializerContext;
