namespace Padron.Domain.Imports;

public enum ImportStatus
{
    None,
    Running,
    Interrupted,
    Completed,
    RollingBack,
    RolledBack,
    Abandoned,

    /// <summary>A dry run that came to its end.</summary>
    DryRun,

    /// <summary>It ended before a row was imported.</summary>
    Failed,
}

/// <summary>
/// An import's life: it starts, is prepared and tried on a sample, loads, may be interrupted and resumed any number of times, completes once, is validated
/// and finished, and may be rolled back, or abandoned before its end.
/// </summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Order">What was asked for; null of an import that knows no phases.</param>
public sealed record Import(ImportStatus Status = ImportStatus.None, ImportOrder? Order = null)
{
    public static readonly Import None = new();

    /// <summary>Null before it, and of an import that knows no phases.</summary>
    public ImportPrepared? Prepared { get; init; }

    /// <summary>Likewise.</summary>
    public ImportSampled? Sampled { get; init; }

    /// <summary>Rows may have come in.</summary>
    public bool IsLoading { get; init; }

    /// <summary>What its trial came to; null before it.</summary>
    public ImportTuned? Tuned { get; init; }

    /// <summary>The last one.</summary>
    public ImportValidated? Validated { get; init; }

    public bool IsFinished { get; init; }

    /// <summary>Nobody has more to do for it.</summary>
    public bool IsOver => Status is ImportStatus.RolledBack or ImportStatus.DryRun or ImportStatus.Failed || (Status is ImportStatus.Completed && (IsFinished || Order is null));

    bool IsOpen => Status is ImportStatus.Running or ImportStatus.Interrupted;

    bool IsBeforeLoad => IsOpen && !IsLoading;

    /// <summary>A fact that fits the import's state is recorded; one that repeats it changes nothing.</summary>
    public ImportEvent[] Decide(ImportEvent fact) => (fact, Status) switch
    {
        (ImportStarted, ImportStatus.None) => [fact],
        // A process that was killed could not say that it was interrupted, so a running import may be resumed too.
        (ImportResumed, _) when IsOpen => [fact],
        (ImportInterrupted, ImportStatus.Running) => [fact],
        (ImportPrepared, _) when IsBeforeLoad && Prepared is null => [fact],
        (ImportSampled, _) when IsBeforeLoad && Sampled is null => [fact],
        (ImportEstimated, _) when IsBeforeLoad && Order is { DryRun: true } => [fact],
        (ImportFailed, _) when IsBeforeLoad => [fact],
        (ImportLoadStarted, _) when IsBeforeLoad && Order is { DryRun: false } => [fact],
        (ImportTuned, _) when IsOpen && IsLoading => [fact],
        (ImportIncrementSaved, _) when IsOpen || Status is ImportStatus.Completed => [fact],
        // Two processes may have gone on with it in step, and one of them been stopped.
        (ImportCompleted, _) when IsOpen && IsLoading => [fact],
        (ImportAbandoned, _) when IsOpen => [fact],
        (ImportValidated, ImportStatus.Completed) => [fact],
        (ImportFinished, ImportStatus.Completed) when !IsFinished => [fact],
        (ImportRollbackStarted, _) when IsOpen || Status is ImportStatus.Completed => [fact],
        (ImportRolledBack, ImportStatus.RollingBack) => [fact],
        _ => [],
    };

    public static Import Evolve(Import import, object @event) => @event switch
    {
        ImportStarted { Order: var order } => new(ImportStatus.Running, order) { IsLoading = order is null },
        ImportResumed => import with { Status = ImportStatus.Running },
        ImportInterrupted => import with { Status = ImportStatus.Interrupted },
        ImportPrepared prepared => import with { Prepared = prepared },
        ImportSampled sampled => import with { Sampled = sampled },
        ImportEstimated => import with { Status = ImportStatus.DryRun },
        ImportFailed => import with { Status = ImportStatus.Failed },
        ImportLoadStarted => import with { IsLoading = true },
        ImportTuned tuned => import with { Tuned = tuned },
        ImportCompleted => import with { Status = ImportStatus.Completed },
        ImportValidated validated => import with { Validated = validated },
        ImportFinished => import with { IsFinished = true },
        ImportRollbackStarted => import with { Status = ImportStatus.RollingBack },
        ImportRolledBack => import with { Status = ImportStatus.RolledBack },
        ImportAbandoned => import with { Status = ImportStatus.Abandoned },
        _ => import,
    };
}
