using Npgsql;
using Padron.Application.Imports.Incremental;
using Padron.Application.Imports.Load;
using Padron.Application.Imports.Watching;
using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.EventStore;
using Padron.EventStore.Bulk;

namespace Padron.Application.Imports;

/// <summary>Imports the customer's file.</summary>
/// <param name="Path">SQLite file with the table <c>numeros</c>.</param>
/// <param name="Resume">Go on with the unfinished import of the same file.</param>
/// <param name="By">The operator.</param>
public sealed record ImportContacts(string Path, bool Resume, string By);

/// <summary>How far the import is. Sent before the first batch and after each.</summary>
public sealed record ImportProgress(Guid ImportId, long RowsRead, long Rows, ImportTally Tally)
{
    public ImportPhase Phase { get; init; } = ImportPhase.Load;

    /// <summary>Indexes that are built; null before all rows are in, and of an import that needs to build none.</summary>
    public IndexProgress? Indexes { get; init; }

    /// <summary>The check of the validation that runs.</summary>
    public string? Checking { get; init; }

    /// <summary>A sentence while it waits for disk or memory.</summary>
    public string? PausedBecause { get; init; }

    /// <summary>Whether it is rows that take the time now.</summary>
    public bool ReadsRows => Phase <= ImportPhase.Load && Indexes is null;
}

/// <summary>How an import ended.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="Tally">What became of the rows.</param>
/// <param name="PlanVersion">The numbering plan it used; null when none was loaded, and so nothing could be verified.</param>
/// <param name="PremiumMunicipalities">Rows of <c>mejores_ladas</c> taken over; 0 when the file has none.</param>
public sealed record ImportResult(Guid ImportId, ImportTally Tally, string? PlanVersion, int PremiumMunicipalities)
{
    /// <summary>What its validation found; null before it.</summary>
    public ImportValidated? Validation { get; init; }
}

/// <summary>
/// Streams a file into events. An empty register takes it by COPY (<see cref="InitialLoad"/>), one that holds contacts range by range. Reading and
/// storing overlap; memory does not grow with the file, but for one bit a number.
/// </summary>
public sealed class ImportContactsHandler(
    PostgresEventStore store, Streams streams, IContactSourceOpener opener, NumberingPlanStore plans, PremiumMunicipalities premium, ContactKey key, TimeProvider clock,
    RoomGuard? room = null)
{
    /// <summary>Rows a batch: one transaction each.</summary>
    public int BatchSize { get; init; } = 10_000;

    /// <summary>Batches that an initial load stores at once.</summary>
    public int Lanes { get; init; } = 2;

    /// <exception cref="RuleViolationException"><c>import_unfinished</c>, <c>nothing_to_resume</c>, <c>import_running</c>, <c>plan_changed</c></exception>
    /// <exception cref="StreamsLoadingException">Another import is filling the register.</exception>
    /// <exception cref="FormatException">The file has not the expected table and columns.</exception>
    /// <exception cref="OperationCanceledException">Stopped; every batch so far is stored, and the import can be resumed.</exception>
    public async Task<ImportResult> HandleAsync(ImportContacts command, IProgress<ImportProgress>? progress = null, CancellationToken ct = default)
    {
        await using var source = opener.Open(command.Path);
        var municipalities = source.ReadPremiumMunicipalities();
        var plan = await plans.ReadAsync(ct);
        var planVersion = (await plans.InfoAsync(ct))?.Version;
        var metadata = new EventMetadata(User: command.By);
        var (import, started) = await OpenAsync(command, source, planVersion, metadata, ct);

        var telling = new ImportTelling(import.ImportId, import.Tally, started.Rows, progress, room);
        await using var presence = await ImportPresence.AnnounceAsync(store.DataSource, import.ImportId, ct);
        telling.Begin();
        await premium.ReplaceAsync(municipalities, ct);
        try
        {
            var facts = metadata with { CorrelationId = import.ImportId.ToString() };
            await using var load = await InitialLoad.OpenAsync(store, key, import.ImportId, facts, ct, room);
            if (load is not null)
            {
                RequireSamePlan(started, planVersion);
                await load.RunAsync(source, new RowReading(plan, planVersion, import.ImportId, load.StartedAt), BatchSize, Lanes, telling, ct);
            }
            else
            {
                await AppendAsync(source, new RowReading(plan, planVersion, import.ImportId, DateOf(started)), import, facts, telling, ct);
            }

            await telling.WaitForRoomAsync("building the indexes of searches", 0, ct);
            await LaterIndexes.BuildAsync(store.DataSource, telling, ct); // search, while everything else works already
        }
        catch (Exception error) when (error is not RuleViolationException { Code: "import_running" }) // then it goes on, in another process
        {
            await InterruptAsync(import.ImportId, telling.Tally, error, metadata);
            throw;
        }

        await FinishAsync(import.ImportId, telling.Tally, metadata, ct);
        return new(import.ImportId, telling.Tally, planVersion, municipalities.Count);
    }

    // One date for all rows, also of those after an interruption; to the microsecond, as the read models keep it.
    static DateTimeOffset DateOf(ImportStarted started) => started.StartedAt.AddTicks(-(started.StartedAt.Ticks % TimeSpan.TicksPerMicrosecond));

    // One thread reads, hashes and encodes, two ranges ahead of PostgreSQL. A resumed import reads the rows it has stored for their numbers only, so that
    // the lowest row of each goes on speaking for it.
    async Task AppendAsync(IContactSource source, RowReading reading, ImportCheckpoint import, EventMetadata metadata, ImportTelling telling, CancellationToken ct)
    {
        var afterRow = import.AfterRow;
        var ranges = new RangeReader(reading, stored: [(ImportCheckpoint.BeforeFirstRow, afterRow)]).Read(source, BatchSize);
        var batch = new ImportBatch(store, import.ImportId, metadata);
        await foreach (var range in ReadAhead.Of(ranges.Select(range => StagedRange.Of(range, key)), ahead: 2, ct))
        {
            await telling.WaitForRoomAsync(ct);
            using (range)
                telling.Stored(await batch.StoreAsync(range, afterRow, ct));
            afterRow = range.Range.LastRow;
        }
    }

    async Task<(ImportCheckpoint Import, ImportStarted Started)> OpenAsync(
        ImportContacts command, IContactSource source, string? planVersion, EventMetadata metadata, CancellationToken ct)
    {
        var sha256 = await source.Sha256Async(ct);
        var open = await FindOpenAsync(sha256, ct);
        if (command.Resume)
        {
            if (open is null)
                throw new RuleViolationException("nothing_to_resume", $"No unfinished import of {source.FileName} exists: leave out --resume to import it.");
            await AppendAsync(open.ImportId, new ImportResumed(open.AfterRow, clock.GetUtcNow()), metadata, ct);
            return (open, (ImportStarted)(await store.ReadStreamAsync(open.ImportId, ct: ct))[0].Data);
        }

        if (open is not null)
            throw new RuleViolationException("import_unfinished", $"An import of {source.FileName} stopped after {open.Tally.RowsRead:N0} rows: go on with --resume.");

        var rows = await source.CountAsync(ImportCheckpoint.BeforeFirstRow, ct);
        var started = new ImportStarted(source.FileName, source.Bytes, sha256, rows, planVersion, clock.GetUtcNow());
        var importId = Guid.CreateVersion7();
        try
        {
            await store.TransactAsync(
                async (transaction, token) =>
                {
                    await InitialLoad.TryBeginAsync(transaction.Connection, importId, started.StartedAt, token);
                    // A conflict means that this very transaction had committed and only its answer was lost.
                    if (await transaction.AppendAsync(new(importId, 0, [started]), metadata, token) is AppendResult.Appended)
                        await ImportCheckpoint.CreateAsync(transaction.Connection, importId, sha256, token);
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
            if (await FindOpenAsync(sha256, ct) is not null)
                throw JustBegun(source);
            throw;
        }

        return (new(importId, ImportCheckpoint.BeforeFirstRow, ImportTally.Zero), started);
    }

    Task<ImportCheckpoint?> FindOpenAsync(string sha256, CancellationToken ct) =>
        Resilience.Pipeline.ExecuteAsync(
            async token =>
            {
                await using var connection = await store.DataSource.OpenConnectionAsync(token);
                return await ImportCheckpoint.FindOpenAsync(connection, sha256, token);
            },
            ct).AsTask();

    // An initial load that was interrupted ends as it would have without: a contact's line is what the plan of its first rows says.
    static void RequireSamePlan(ImportStarted started, string? planVersion)
    {
        if (started.PlanVersion != planVersion)
        {
            throw new RuleViolationException(
                "plan_changed",
                $"The import began with the numbering plan {started.PlanVersion ?? "none"}, and now it is {planVersion ?? "none"}: load the first again, resume, and load the other afterwards.");
        }
    }

    static RuleViolationException JustBegun(IContactSource source) =>
        new("import_running", $"Another process has just begun to import {source.FileName}: let it finish.");

    async Task InterruptAsync(Guid importId, ImportTally tally, Exception error, EventMetadata metadata)
    {
        var reason = error is OperationCanceledException ? "cancelled" : error.Message;
        await AppendAsync(importId, new ImportInterrupted(reason, tally, clock.GetUtcNow()), metadata, CancellationToken.None);
    }

    async Task FinishAsync(Guid importId, ImportTally tally, EventMetadata metadata, CancellationToken ct)
    {
        await AppendAsync(importId, new ImportCompleted(tally, clock.GetUtcNow()), metadata, ct);
        await store.TransactAsync(
            async (transaction, token) =>
            {
                await ImportCheckpoint.FinishAsync(transaction.Connection, importId, token);
                return true;
            },
            ct);
    }

    Task AppendAsync(Guid importId, ImportEvent fact, EventMetadata metadata, CancellationToken ct) =>
        streams.ExecuteAsync(importId, Import.None, Import.Evolve, import => import.Decide(fact), metadata, ct);
}
