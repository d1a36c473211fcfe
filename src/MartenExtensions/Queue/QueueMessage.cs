namespace Padron.MartenExtensions.Queue;

/// <summary>Work to be done later, at least once, by whichever worker comes first.</summary>
/// <param name="Body">An instance of a class that <see cref="MessageTypes"/> knows.</param>
public sealed record QueueMessage(object Body)
{
    /// <summary>
    /// What handlers are idempotent on. An id that is on the queue, or dead, is not enqueued again; one that was handled is forgotten,
    /// because finished messages are removed.
    /// </summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public MessagePriority Priority { get; init; } = MessagePriority.Normal;

    /// <summary>Not taken before this time; at once when null.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>A higher one is always taken first, however long a lower one has waited.</summary>
public enum MessagePriority
{
    High = 0,
    Normal = 1,
    Low = 2,
}
