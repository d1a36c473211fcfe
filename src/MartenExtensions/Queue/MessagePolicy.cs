namespace Padron.MartenExtensions.Queue;

/// <summary>How messages of one kind are tried.</summary>
public sealed record MessagePolicy
{
    public static readonly MessagePolicy Default = new();

    /// <summary>Tries until a message is a dead letter. The death of a worker counts as one.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>Before the second try; doubled before each further one. A random half of it is waited for less.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many may be handled at a time, by all workers of all processes together; null for any number. Leases are what is counted:
    /// a worker that is cut off from the database, and works on after its lease has run out, is one more.
    /// </summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>A handler that takes longer is cancelled, and its lease no longer renewed: that try has failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}
