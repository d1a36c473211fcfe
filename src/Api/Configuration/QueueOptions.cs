using Padron.MartenExtensions.Queue;

namespace Padron.Api.Configuration;

/// <summary>How this process works off the durable queue.</summary>
sealed record QueueOptions
{
    // The worker's own two; one for whoever asks over HTTP or for the process's health; for the projections one that looks for events, one that folds them and
    // one that gives signs of life meanwhile. Where more projections fold at once, they wait for a connection like everybody.
    const int OtherConnections = 6;

    /// <summary>Messages handled at a time. Each may hold a connection.</summary>
    /// <value>Messages from 1 to 200; default 8.</value>
    [Setting("QUEUE_PARALLELISM", Unit = "messages", Min = 1, Max = 200)]
    public int Parallelism { get; init; } = 8;

    /// <summary>After this long without a sign of life another worker takes over. Renewed at a third of it, so that shorter costs statements and longer costs waiting after a crash.</summary>
    /// <value>Seconds from 3 to 3600; default 30.</value>
    [Setting("QUEUE_LEASE", Unit = "seconds", Min = 3, Max = 3600)]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a process that is told to stop waits for messages being handled, before it cancels them; they come again.</summary>
    /// <value>Seconds from 0 to 600; default 10.</value>
    [Setting("QUEUE_GRACE", Unit = "seconds", Min = 0, Max = 600)]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    public int LeastConnections => Parallelism + OtherConnections;

    public QueueWorkerOptions ForWorker() => new() { Parallelism = Parallelism, Lease = Lease, Grace = Grace };
}
