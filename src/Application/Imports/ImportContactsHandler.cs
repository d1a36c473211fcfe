using System.Threading.Channels;
using Npgsql;
using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.EventStore;

namespace Padron.Application.Imports;

/// <summary>Imports the customer's file.</summary>
/// <param name="Path">SQLite file with the table <c>numeros</c>.</param>
/// <param name="Resume">Go on with the unfinished import of the same file.</param>
/// <param name="By">The operator.</param>
public sealed record ImportContacts(string Path, bool Resume, string By);

/// <summary>How far the import is. Sent before the first batch and after each.</summary>
public sealed record ImportProgress(Guid ImportId, long RowsRead, long Rows, ImportTally Tally);

/// <summary>How an import ended.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="Tally">What became of the rows.</param>
/// <param name="PlanVersion">The numbering plan it used; null when none was loaded, and so nothing could be verified.</param>
/// <param name="PremiumMunicipalities">Rows of <c>mejores_ladas</c> taken over; 0 when the file has none.</param>
public sealed record ImportResult(Guid ImportId, ImportTally Tally, string? PlanVersion, int PremiumMunicipalities);

/// <summary>Streams a file into events, batch by batch. Reading and storing overlap; memory does not grow with the file.</summary>
public sealed class ImportContactsHandler(
    PostgresEventStore store, Streams streams, IContactSourceOpener opener, NumberingPlanStore plans, PremiumMunicipalities premium, ContactKey key, TimeProvider clock)
{
    /// <summary>Rows a batch: one transaction each.</summary>
    public int BatchSize { get; init; } = 10_000;

    /// <exception cref="RuleViolationException"><c>import_unfinished</c>, <c>nothing_to_resume</c>, <c>import_running</c></exception>
    /// <exception cref="FormatException">The file has not the expected table and columns.</exception>
    /// <exception cref="OperationCanceledException">Stopped; every batch so far is stored, and the import can be resumed.</exception>
    public async Task<ImportResult> HandleAsync(ImportContacts command, IProgress<ImportProgress>? progress = null, CancellationToken ct = default)
    {
        await using var source = opener.Open(command.Path);
        var municipalities = source.ReadPremiumMunicipalities();
        var plan = await plans.ReadAsync(ct);
        var planVersion = (await plans.InfoAsync(ct))?.Version;
        var metadata = new EventMetadata(User: command.By);
        var import = await OpenAsync(command, source, planVersion, metadata, ct);

        var rows = import.Tally.RowsRead + await source.CountAsync(import.AfterRow, ct);
        progress?.Report(new(import.ImportId, import.Tally.RowsRead, rows, import.Tally));
        await premium.ReplaceAsync(municipalities, ct);

        var reading = new RowReading(plan, planVersion, import.ImportId, clock.GetUtcNow());
        var batch = new ImportBatch(store, key, import.ImportId, metadata with { CorrelationId = import.ImportId.ToString() });
        try
        {
            await foreach (var read in ReadAheadAsync(source, reading, import.AfterRow, ct))
            {
                import = import with { Tally = await batch.StoreAsync(read, import.AfterRow, ct), AfterRow = read[^1].Row };
                progress?.Report(new(import.ImportId, import.Tally.RowsRead, rows, import.Tally));
            }
        }
        catch (Exception error) when (error is not RuleViolationException) // a refusal: the import goes on, in another process
        {
            await InterruptAsync(import, error, metadata);
            throw;
        }

        await FinishAsync(import, metadata, ct);
        return new(import.ImportId, import.Tally, planVersion, municipalities.Count);
    }

    async Task<ImportCheckpoint> OpenAsync(ImportContacts command, IContactSource source, string? planVersion, EventMetadata metadata, CancellationToken ct)
    {
        var sha256 = await source.Sha256Async(ct);
        var open = await Resilience.Pipeline.ExecuteAsync(
            async token =>
            {
                await using var connection = await store.DataSource.OpenConnectionAsync(token);
                return await ImportCheckpoint.FindOpenAsync(connection, sha256, token);
            },
            ct);
        if (command.Resume)
        {
            if (open is null)
                throw new RuleViolationException("nothing_to_resume", $"No unfinished import of {source.FileName} exists: leave out --resume to import it.");
            await AppendAsync(open.ImportId, new ImportResumed(open.AfterRow, clock.GetUtcNow()), metadata, ct);
            return open;
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
                    // A conflict means that this very transaction had committed and only its answer was lost.
                    if (await transaction.AppendAsync(new(importId, 0, [started]), metadata, token) is AppendResult.Appended)
                        await ImportCheckpoint.CreateAsync(transaction.Connection, importId, sha256, token);
                    return importId;
                },
                ct);
        }
        catch (PostgresException error) when (error.ConstraintName is "import_checkpoints_open")
        {
            throw new RuleViolationException("import_running", $"Another process has just begun to import {source.FileName}: let it finish.");
        }

        return new(importId, ImportCheckpoint.BeforeFirstRow, ImportTally.Zero);
    }

    // SQLite reads on a thread of its own, two batches ahead of PostgreSQL.
    async IAsyncEnumerable<IReadOnlyList<ReadRow>> ReadAheadAsync(
        IContactSource source, RowReading reading, long afterRow, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var batches = Channel.CreateBounded<IReadOnlyList<ReadRow>>(2);
        var producer = Task.Run(
            async () =>
            {
                Exception? failure = null;
                try
                {
                    foreach (var rows in source.Read(afterRow, BatchSize))
                        await batches.Writer.WriteAsync([.. rows.Select(reading.Read)], stop.Token);
                }
                catch (Exception error)
                {
                    failure = error;
                }

                batches.Writer.Complete(failure);
            },
            CancellationToken.None);
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(ct))
                yield return batch;
        }
        finally
        {
            await stop.CancelAsync();
            await producer;
        }
    }

    async Task InterruptAsync(ImportCheckpoint import, Exception error, EventMetadata metadata)
    {
        var reason = error is OperationCanceledException ? "cancelled" : error.Message;
        await AppendAsync(import.ImportId, new ImportInterrupted(reason, import.Tally, clock.GetUtcNow()), metadata, CancellationToken.None);
    }

    async Task FinishAsync(ImportCheckpoint import, EventMetadata metadata, CancellationToken ct)
    {
        await AppendAsync(import.ImportId, new ImportCompleted(import.Tally, clock.GetUtcNow()), metadata, ct);
        await store.TransactAsync(
            async (transaction, token) =>
            {
                await ImportCheckpoint.FinishAsync(transaction.Connection, import.ImportId, token);
                return true;
            },
            ct);
    }

    Task AppendAsync(Guid importId, ImportEvent fact, EventMetadata metadata, CancellationToken ct) =>
        streams.ExecuteAsync(importId, Import.None, Import.Evolve, import => import.Decide(fact), metadata, ct);
}
