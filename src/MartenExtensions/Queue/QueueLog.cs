using Microsoft.Extensions.Logging;

namespace Padron.MartenExtensions.Queue;

/// <summary>What a worker logs: kinds, ids and classes of exceptions. Bodies and texts of errors may name people; they stay in the database.</summary>
sealed partial class QueueLog(ILogger logger)
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Try {Attempt} of {Kind} {Id} failed ({Error}); it will be tried again.")]
    public partial void Retrying(string kind, Guid id, int attempt, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Id} is a dead letter after try {Attempt} ({Error}).")]
    public partial void Dead(string kind, Guid id, int attempt, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Another worker has taken over {Kind} {Id}: what try {Attempt} did in its transaction was rolled back.")]
    public partial void Lost(string kind, Guid id, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases of {Count} messages had run out, {Dead} of them for the last time.")]
    public partial void Expired(int count, int dead);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue can't be reached; the worker goes on trying.")]
    public partial void Trouble(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The end of try {Attempt} of {Kind} {Id} could not be recorded; its lease will run out.")]
    public partial void Unrecorded(string kind, Guid id, int attempt, Exception error);
}
