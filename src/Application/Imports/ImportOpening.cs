using Npgsql;
using Padron.Application.Imports.Load;
using Padron.Domain;
using Padron.Domain.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;

namespace Padron.Application.Imports;

/// <summary>An import that has begun: how far it is, and its first event.</summary>
public sealed record OpenedImport(ImportCheckpoint Checkpoint, ImportStarted Started);

/// <summary>Begins imports, and finds those that can be gone on with.</summary>
public sealed class ImportOpening(EventSessions sessions, Streams streams, TimeProvider clock)
{
    /// <summary>The unfinished import of a file.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<OpenedImport?> FindAsync(string sha256, CancellationToken ct) =>
        await CheckpointAsync(sha256, ct) is { } open ? new(open, (ImportStarted)(await sessions.ReadStreamAsync(open.ImportId, ct))[0].Data) : null;

    /// <exception cref="RuleViolationException"><c>nothing_to_resume</c></exception>
    public async Task<OpenedImport> FindAsync(string sha256, string fileName, CancellationToken ct) =>
        await FindAsync(sha256, ct)
        ?? throw new RuleViolationException("nothing_to_resume", $"No unfinished import of {fileName} exists: leave out --resume to import it.");

    public async Task<OpenedImport> ResumeAsync(OpenedImport open, EventMetadata metadata, CancellationToken ct)
    {
        var resumed = new ImportResumed(open.Checkpoint.AfterRow, clock.GetUtcNow());
        await streams.ExecuteAsync(open.Checkpoint.ImportId, Import.None, Import.Evolve, import => import.Decide(resumed), metadata, ct);
        return open;
    }

    /// <param name="source">The file.</param>
    /// <param name="sha256">Its hash.</param>
    /// <param name="planVersion">The numbering plan in force.</param>
    /// <param name="order">What was asked for; null for an import without phases, which begins to load at once.</param>
    /// <param name="metadata">Who began it.</param>
    /// <param name="ct">Cancels; then nothing has begun.</param>
    /// <exception cref="RuleViolationException"><c>import_unfinished</c>, <c>import_running</c></exception>
    /// <exception cref="StreamsLoadingException">Another import is filling the register.</exception>
    public async Task<OpenedImport> BeginAsync(IContactSource source, string sha256, string? planVersion, ImportOrder? order, EventMetadata metadata, CancellationToken ct)
    {
        if (await CheckpointAsync(sha256, ct) is { } open)
        {
            throw new RuleViolationException("import_unfinished", open.IsFinished
                ? $"An import of {source.FileName} stopped when its rows were in: validate and finish it with --resume."
                : $"An import of {source.FileName} stopped after {open.Tally.RowsRead:N0} rows: go on with --resume.");
        }

        var rows = await source.CountAsync(ImportCheckpoint.BeforeFirstRow, ct);
        var started = new ImportStarted(source.FileName, source.Bytes, sha256, rows, planVersion, clock.GetUtcNow()) { Order = order };
        var importId = Guid.CreateVersion7();
        try
        {
            await sessions.TransactAsync(
                metadata,
                async (session, token) =>
                {
                    // A register that another import is filling refuses at once, and not after the minutes of a backup.
                    if (order is null)
                        await InitialLoad.TryBeginAsync(session.Connection, importId, started.StartedAt, token);
                    else
                        await BulkLoad.RefuseIfRunningAsync(session.Connection, token);
                    // When it exists, this very transaction had committed and only its answer was lost.
                    if (await session.Events.FetchStreamStateAsync(importId, token) is not null)
                        return importId;
                    session.Events.StartStream(importId, started);
                    await ImportCheckpoint.CreateAsync(session.Connection, importId, sha256, inPhases: order is not null, token);
                    return importId;
                },
                ct);
        }
        catch (PostgresException error) when (error.ConstraintName is "import_checkpoints_open")
        {
            throw JustBegun(source);
        }
        catch (StreamsLoadingException) // by which of the files?
        {
            if (await CheckpointAsync(sha256, ct) is not null)
                throw JustBegun(source);
            throw;
        }

        return new(new(importId, ImportCheckpoint.BeforeFirstRow, ImportTally.Zero), started);
    }

    /// <summary>
    /// Begins the load of an import whose phases before that are over: only now is an empty register closed to others, because a backup may take minutes.
    /// </summary>
    /// <remarks>The row that closes it and the fact commit together, so that an import that goes on knows which way it went.</remarks>
    /// <exception cref="StreamsLoadingException">Another import is filling the register.</exception>
    public Task EnsureLoadingAsync(Guid importId, EventMetadata metadata, CancellationToken ct) =>
        sessions.TransactAsync(
            metadata,
            async (session, token) =>
            {
                var history = await session.Events.FetchStreamAsync(importId, token: token);
                if (history.Aggregate(Import.None, (state, stored) => Import.Evolve(state, stored.Data)).IsLoading)
                    return false;
                var at = clock.GetUtcNow();
                var initial = await InitialLoad.TryBeginAsync(session.Connection, importId, at, token);
                session.Events.Append(importId, history.Count + 1, new ImportLoadStarted(initial, at));
                return true;
            },
            ct);

    static RuleViolationException JustBegun(IContactSource source) =>
        new("import_running", $"Another process has just begun to import {source.FileName}: let it finish.");

    Task<ImportCheckpoint?> CheckpointAsync(string sha256, CancellationToken ct) =>
        Resilience.Pipeline.ExecuteAsync(
            async token =>
            {
                await using var connection = await sessions.DataSource.OpenConnectionAsync(token);
                return await ImportCheckpoint.FindOpenAsync(connection, sha256, token);
            },
            ct).AsTask();
}
