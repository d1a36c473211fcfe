using Padron.Application.Imports.Load;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;

namespace Padron.Application.Imports.Rollback;

/// <summary>Takes back what an import brought.</summary>
/// <param name="ImportId">The import: complete or interrupted.</param>
/// <param name="By">The operator.</param>
/// <param name="Reason">The critical failure that it follows by itself; null when an operator asks for it.</param>
public sealed record RollbackImport(Guid ImportId, string By, string? Reason = null);

/// <summary>Contacts taken back, of those the import brought or changed.</summary>
public readonly record struct RollbackProgress(long TakenBack, long Of);

/// <summary>How a rollback ended.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="Changed">False when it had been rolled back before.</param>
/// <param name="Removed">Contacts that are gone.</param>
/// <param name="Withdrawn">Contacts with events of their own, which they keep.</param>
/// <param name="Restored">Contacts that it had only changed: they have their former details again.</param>
public sealed record RollbackResult(Guid ImportId, bool Changed, long Removed, long Withdrawn, long Restored = 0);

/// <summary>
/// Removes the contacts that have no event but the import's, withdraws the others that it brought, and restores the details of those it only changed. Each batch is one transaction, so it can be stopped anywhere, and
/// run again to do the rest.
/// </summary>
public sealed class RollbackImportHandler(EventSessions sessions, Streams streams, CatchUp catchUp, ContactKey key, TimeProvider clock)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Positions a transaction looks through; an import's are one or two a contact.</summary>
    public int BatchSize { get; init; } = 50_000;

    /// <exception cref="RuleViolationException"><c>import_unknown</c>, <c>import_running</c>, <c>import_abandoned</c>, <c>import_brought_nothing</c>, <c>projection_held</c></exception>
    /// <exception cref="OperationCanceledException">Stopped; what was taken back is, and the same command does the rest.</exception>
    public async Task<RollbackResult> HandleAsync(RollbackImport command, IProgress<RollbackProgress>? progress = null, CancellationToken ct = default)
    {
        var (importId, by, reason) = command;
        await using var presence = await ImportPresence.ExcludeAsync(sessions.DataSource, importId, ct);
        if (await FindAsync(importId, ct) is { } before)
            return before;

        var metadata = new EventMetadata(User: by, CorrelationId: importId.ToString());
        var brought = await StartAsync(importId, reason, metadata, ct);
        await AbandonLoadAsync(importId, metadata, ct);
        var batch = new RollbackBatch(sessions, importId, metadata, clock.GetUtcNow());
        while (true)
        {
            // Between batches, others' events are applied: the projection has but one writer, and who waits for it shall not wait for the whole rollback.
            await catchUp.RunAsync(Patience, progress: null, ct);
            var (row, step) = await batch.RunAsync(BatchSize, ct);
            progress?.Report(new(row.Removed + row.Withdrawn + row.Restored, brought));
            if (step is RollbackStep.Done)
                return await CompleteAsync(row, metadata, ct);
            if (step is not RollbackStep.ProjectionBehind)
                continue;
            if (await new ProjectionHolds(sessions.DataSource).IsHeldAsync(ContactsProjection.Definition, ct))
                throw new RuleViolationException("projection_held", "The projection 'contacts' is paused or stopped, and a rollback waits for it: `padron projections resume contacts`, and the same command does the rest.");
            await Task.Delay(PollInterval, clock, ct);
        }
    }

    async Task<RollbackResult?> FindAsync(Guid importId, CancellationToken ct)
    {
        var history = await sessions.ReadStreamAsync(importId, ct);
        return history switch
        {
            [{ Data: ImportStarted }, .., { Data: ImportEstimated or ImportFailed }] =>
                throw new RuleViolationException("import_brought_nothing", $"Import {importId} ended before a row was imported: there is nothing to take back."),
            [{ Data: ImportStarted }, .., { Data: ImportRolledBack done }] => new(importId, Changed: false, done.Removed, done.Withdrawn, done.Restored),
            [{ Data: ImportStarted }, .., { Data: ImportAbandoned }] =>
                throw new RuleViolationException("import_abandoned", $"Import {importId} was given up before its end: nothing of it is in the register."),
            [{ Data: ImportStarted }, ..] => null,
            _ => throw new RuleViolationException("import_unknown", $"There is no import {importId}."),
        };
    }

    /// <returns>How many contacts the import brought or changed.</returns>
    Task<long> StartAsync(Guid importId, string? reason, EventMetadata metadata, CancellationToken ct) =>
        sessions.TransactAsync(
            async (session, token) =>
            {
                // A batch in flight ends first, and no later one is stored, whatever a process does that lost its presence.
                var checkpoint = await ImportCheckpoint.LockAsync(session.Connection, importId, token);
                var started = await RecordAsync(importId, new ImportRollbackStarted(clock.GetUtcNow(), reason), metadata, token);
                if (started.Position is { } position)
                {
                    await RollbackRow.CreateAsync(session.Connection, importId, position, token);
                    await ImportCheckpoint.CloseAsync(session.Connection, importId, token);
                }

                return checkpoint.Tally.Imported + checkpoint.Tally.DetailsChanged;
            },
            ct);

    /// <summary>Of an initial load that was interrupted nothing has come into the register yet.</summary>
    async Task AbandonLoadAsync(Guid importId, EventMetadata metadata, CancellationToken ct)
    {
        await using var load = await InitialLoad.OpenAsync(sessions, key, importId, metadata, ct);
        if (load is not null)
            await load.AbandonAsync(ct);
    }

    Task<RollbackResult> CompleteAsync(RollbackRow row, EventMetadata metadata, CancellationToken ct) =>
        sessions.TransactAsync(
            async (session, token) =>
            {
                await RecordAsync(row.ImportId, new ImportRolledBack(row.Removed, row.Withdrawn, clock.GetUtcNow(), row.Restored), metadata, token);
                await row.DeleteAsync(session.Connection, token);
                await ReferenceTables.RemoveAsync(session.Connection, row.ImportId, token);
                return new RollbackResult(row.ImportId, Changed: true, row.Removed, row.Withdrawn, row.Restored);
            },
            ct);

    Task<Decided<Import>> RecordAsync(Guid importId, ImportEvent fact, EventMetadata metadata, CancellationToken ct) =>
        streams.ExecuteAsync(importId, Import.None, Import.Evolve, import => import.Decide(fact), metadata, ct);
}
