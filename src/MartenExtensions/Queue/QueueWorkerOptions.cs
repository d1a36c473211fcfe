namespace Padron.MartenExtensions.Queue;

/// <summary>How a worker works.</summary>
public sealed record QueueWorkerOptions
{
    /// <summary>Messages handled at a time. Each may hold a connection, and the worker itself needs two.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>After this long without a sign of life others may take the worker's messages. Renewed at a third of it.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stopping worker waits for handlers, before it cancels them.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks at a queue that was found empty; doubled up to <see cref="MaxPoll"/> while it stays so.</summary>
    public TimeSpan MinPoll { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan MaxPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Messages taken at once, where handlers are so quick that the taking would be the work.</summary>
    public int MaxBatch { get; init; } = 512;
}
