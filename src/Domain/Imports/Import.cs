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
}

/// <summary>An import's life: it starts, may be interrupted and resumed any number of times, completes once, and may be rolled back, or abandoned before its end.</summary>
public sealed record Import(ImportStatus Status = ImportStatus.None)
{
    public static readonly Import None = new();

    /// <summary>A fact that fits the import's state is recorded; one that repeats it changes nothing.</summary>
    public ImportEvent[] Decide(ImportEvent fact) => (fact, Status) switch
    {
        (ImportStarted, ImportStatus.None) => [fact],
        // A process that was killed could not say that it was interrupted, so a running import may be resumed too.
        (ImportResumed, ImportStatus.Running or ImportStatus.Interrupted) => [fact],
        (ImportInterrupted, ImportStatus.Running) => [fact],
        // Two processes may have gone on with it in step, and one of them been stopped.
        (ImportCompleted, ImportStatus.Running or ImportStatus.Interrupted) => [fact],
        (ImportAbandoned, ImportStatus.Running or ImportStatus.Interrupted) => [fact],
        (ImportValidated, ImportStatus.Completed) => [fact],
        (ImportRollbackStarted, ImportStatus.Running or ImportStatus.Interrupted or ImportStatus.Completed) => [fact],
        (ImportRolledBack, ImportStatus.RollingBack) => [fact],
        _ => [],
    };

    public static Import Evolve(Import import, object @event) => @event switch
    {
        ImportStarted or ImportResumed => new(ImportStatus.Running),
        ImportInterrupted => new(ImportStatus.Interrupted),
        ImportCompleted => new(ImportStatus.Completed),
        ImportRollbackStarted => new(ImportStatus.RollingBack),
        ImportAbandoned => new(ImportStatus.Abandoned),
        ImportRolledBack => new(ImportStatus.RolledBack),
        _ => import,
    };
}
