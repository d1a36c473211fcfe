namespace Padron.MartenExtensions.Daemon;

/// <summary>Whether a projection goes on.</summary>
public enum ProjectionState
{
    Running,

    /// <summary>By an operator.</summary>
    Paused,

    /// <summary>By an event that could not be applied.</summary>
    Stopped,
}

/// <summary>Why a projection does not go on.</summary>
/// <param name="Position">Of the event that stopped it; null when it was paused.</param>
/// <param name="Error">Of that event, <c>CODE: text</c>; the text may quote a value of it.</param>
/// <param name="By">Who paused it.</param>
public sealed record ProjectionHold(long? Position, string? Error, string? By, DateTimeOffset At);

/// <summary>Where a projection stands.</summary>
/// <param name="Name">The projection.</param>
/// <param name="Position">Last position applied.</param>
/// <param name="HighWaterMark">Position up to which the events it folds are final.</param>
/// <param name="UpdatedAt">When it last moved; null when it never ran.</param>
public sealed record ProjectionStatus(string Name, long Position, long HighWaterMark, DateTimeOffset? UpdatedAt)
{
    public long Behind => HighWaterMark - Position;

    public ProjectionState State => Hold is null ? ProjectionState.Running : Hold.Position is null ? ProjectionState.Paused : ProjectionState.Stopped;

    public ProjectionHold? Hold { get; init; }

    /// <summary>Age of the first event it has not applied, in seconds; null when it is up to date.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>For how many seconds it has had something to apply and not moved; null when it is up to date.</summary>
    public double? StalledSeconds { get; init; }

    /// <summary>Positions a second in the last page.</summary>
    public double? Rate { get; init; }

    /// <summary>Whether somebody writes it at this moment and gives signs of life, if signs are asked of it. Nobody needs to while it is up to date.</summary>
    public bool IsLed { get; init; }

    /// <summary>The process that has the lead: its name in <c>pg_stat_activity</c>, which has its machine and its process id.</summary>
    public string? Leader { get; init; }

    public DateTimeOffset? LedSince { get; init; }

    /// <summary>Events that could not be applied.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Events that wait behind one of those in their stream.</summary>
    public long Waiting { get; init; }

    /// <summary>The last failure, <c>CODE: text</c>, whatever became of it; the text may quote a value of an event. Forgotten when the server crashes.</summary>
    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>Seconds since the mark last moved.</summary>
    public double? MarkAgeSeconds { get; init; }

    /// <summary>For how many seconds the mark has had events above it and not moved: an append is in flight, and what came after it waits.</summary>
    public double? MarkStalledSeconds { get; init; }
}
