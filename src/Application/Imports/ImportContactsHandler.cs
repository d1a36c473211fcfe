using System.Runtime.CompilerServices;
using Padron.Application.Imports.Incremental;
using Padron.Application.Imports.Load;
using Padron.Application.Imports.Watching;
using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;

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

    /// <summary>What the phase is at, where that is counted in something else than rows.</summary>
    public ImportStep? Step { get; init; }

    /// <summary>Indexes that are built; null before all rows are in, and of an import that needs to build none.</summary>
    public IndexProgress? Indexes { get; init; }

    /// <summary>A sentence while it waits for disk or memory.</summary>
    public string? PausedBecause { get; init; }

    /// <summary>Whether it is rows that take the time now.</summary>
    public bool ReadsRows => Phase <= ImportPhase.Load && Indexes is null;
}

/// <summary>A step of a phase.</summary>
/// <param name="Name">A few words, for people.</param>
/// <param name="Done">Of <paramref name="Of"/>; in whatever the step counts.</param>
/// <param name="Of">0 when nobody can tell.</param>
public readonly record struct ImportStep(string Name, long Done = 0, long Of = 0);

/// <summary>How an import ended.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="Tally">What became of the rows.</param>
/// <param name="PlanVersion">The numbering plan it used; null when none was loaded, and so nothing could be verified.</param>
/// <param name="PremiumMunicipalities">Rows of <c>mejores_ladas</c> taken over; 0 when the file has none.</param>
public sealed record ImportResult(Guid ImportId, ImportTally Tally, string? PlanVersion, int PremiumMunicipalities)
{
    /// <summary>What its validation found; null before it.</summary>
    public ImportValidated? Validation { get; init; }

    /// <summary>What a dry run came to; null when it was none.</summary>
    public ImportEstimate? Estimate { get; init; }

    /// <summary>What the phases before the first row found; null of an import that knows no phases.</summary>
    public ImportPrepared? Prepared { get; init; }

    /// <summary>What the sample came to; null of an import that knows no phases.</summary>
    public ImportSampled? Sampled { get; init; }

    /// <summary>What was done after the last row; null before it.</summary>
    public ImportFinished? Finished { get; init; }
}

/// <summary>
/// Streams a file into events. An empty register takes it by COPY (<see cref="InitialLoad"/>), one that holds contacts range by range. Reading and
/// storing overlap; memory does not grow with the file, but for one bit a number.
/// </summary>
public sealed class ImportContactsHandler(
    EventSessions sessions, Streams streams, IContactSourceOpener opener, NumberingPlanStore plans, PremiumMunicipalities premium, ContactKey key, TimeProvider clock,
    RoomGuard? room = null)
{
    /// <summary>Rows a batch: one transaction each.</summary>
    public int BatchSize { get; init; } = 10_000;

    /// <summary>Batches that an initial load stores at once.</summary>
    public int Lanes { get; init; } = 2;

    /// <summary>Tries several settings on the first rows of an initial load of a big file; null does without.</summary>
    public LoadTrial? Trial { get; init; } = new();

    /// <summary>Opens the import and stores its rows, without the phases around that.</summary>
    /// <exception cref="RuleViolationException"><c>import_unfinished</c>, <c>nothing_to_resume</c>, <c>import_running</c>, <c>plan_changed</c></exception>
    /// <exception cref="StreamsLoadingException">Another import is filling the register.</exception>
    /// <exception cref="FormatException">The file has not the expected table and columns.</exception>
    /// <exception cref="OperationCanceledException">Stopped; every batch so far is stored, and the import can be resumed.</exception>
    public async Task<ImportResult> HandleAsync(ImportContacts command, IProgress<ImportProgress>? progress = null, CancellationToken ct = default)
    {
        await using var source = opener.Open(command.Path);
        var (opening, metadata, sha256) = (new ImportOpening(sessions, streams, clock), new EventMetadata(User: command.By), await source.Sha256Async(ct));
        var import = command.Resume
            ? await opening.ResumeAsync(await opening.FindAsync(sha256, source.FileName, ct), metadata, ct)
            : await opening.BeginAsync(source, sha256, (await plans.InfoAsync(ct))?.Version, order: null, metadata, ct);
        var result = await LoadAsync(import, source, command.By, progress, ct);
        await BuildLaterAsync(result, import.Started.Rows, progress, ct);
        return result;
    }

    /// <summary>Builds the indexes that only searching needs, when everything else works already; of those that are there it builds none.</summary>
    /// <param name="result">Of the import that left them out.</param>
    /// <param name="rows">Rows of its file.</param>
    /// <param name="progress">Told after each.</param>
    /// <param name="ct">Stops; whoever resumes the import builds the rest.</param>
    public async Task BuildLaterAsync(ImportResult result, long rows, IProgress<ImportProgress>? progress = null, CancellationToken ct = default)
    {
        var telling = new ImportTelling(result.ImportId, result.Tally, rows, progress, room);
        await telling.WaitForRoomAsync("building the indexes of searches", 0, ct);
        await LaterIndexes.BuildAsync(sessions.DataSource, telling, ct);
    }

    /// <summary>Stores the rows of an import that was opened; the indexes of <see cref="BuildLaterAsync"/> are left out.</summary>
    /// <exception cref="RuleViolationException"><c>import_running</c>, <c>plan_changed</c></exception>
    /// <exception cref="StreamsLoadingException">Another import is filling the register.</exception>
    /// <exception cref="OperationCanceledException">Stopped; every batch so far is stored, and the import can be resumed.</exception>
    public async Task<ImportResult> LoadAsync(
        OpenedImport opened, IContactSource source, string by, IProgress<ImportProgress>? progress = null, CancellationToken ct = default)
    {
        var (import, started) = opened;
        var municipalities = source.ReadPremiumMunicipalities();
        var plan = await plans.ReadAsync(ct);
        var planVersion = (await plans.InfoAsync(ct))?.Version;
        var metadata = new EventMetadata(User: by);

        var telling = new ImportTelling(import.ImportId, import.Tally, started.Rows, progress, room);
        await using var presence = await ImportPresence.AnnounceAsync(sessions.DataSource, import.ImportId, ct);
        telling.Begin();
        try
        {
            await new ImportOpening(sessions, streams, clock).EnsureLoadingAsync(import.ImportId, metadata, ct);
            await premium.ReplaceAsync(municipalities, ct);
            var facts = metadata with { CorrelationId = import.ImportId.ToString() };
            await using var load = await InitialLoad.OpenAsync(sessions, key, import.ImportId, facts, ct, room);
            if (load is not null)
            {
                RequireSamePlan(started, planVersion);
                var pace = await PaceAsync(import.ImportId, started, telling, metadata, ct);
                await load.RunAsync(source, new RowReading(plan, planVersion, import.ImportId, load.StartedAt), pace, telling, ct);
            }
            else
            {
                await AppendAsync(source, new RowReading(plan, planVersion, import.ImportId, DateOf(started)), import, facts, telling, ct);
            }
        }
        catch (Exception error) when (error is not RuleViolationException { Code: "import_running" }) // then it goes on, in another process
        {
            await InterruptAsync(import.ImportId, telling.Tally, error, metadata);
            throw;
        }

        await FinishAsync(import.ImportId, telling.Tally, metadata, ct);
        return new(import.ImportId, telling.Tally, planVersion, municipalities.Count);
    }

    // What a trial decided before an interruption still holds: it was the same machine, or as good a guess as any.
    async Task<LoadPace> PaceAsync(Guid importId, ImportStarted started, ImportTelling telling, EventMetadata metadata, CancellationToken ct)
    {
        var tuned = (await streams.LoadAsync(importId, Import.None, Import.Evolve, ct)).Tuned;
        var asked = new LoadSetting(BatchSize, Lanes);
        if (tuned is not null || Trial is null || started.Rows < Trial.LeastRows)
            return LoadPace.Of(tuned is null ? asked : new(tuned.BatchSize, tuned.Lanes));
        telling.Enter(ImportPhase.Trial);
        return LoadPace.Trying(Trial, asked, clock, async (chosen, trials) =>
        {
            await AppendAsync(importId, new ImportTuned(chosen.BatchSize, chosen.Lanes, trials, clock.GetUtcNow()), metadata, ct);
            telling.Enter(ImportPhase.Load);
        });
    }

    // One date for all rows, also of those after an interruption; to the microsecond, as the read models keep it.
    static DateTimeOffset DateOf(ImportStarted started) => started.StartedAt.AddTicks(-(started.StartedAt.Ticks % TimeSpan.TicksPerMicrosecond));

    // Three at a time: one thread reads, hashes and encodes; of the next range the server says what there is to decide, on a connection of its own; and the
    // range before that is stored. No number is in two ranges, so what one stores does not change what is said of another. A resumed import reads the rows it
    // has stored for their numbers only, so that the lowest row of each goes on speaking for it.
    async Task AppendAsync(IContactSource source, RowReading reading, ImportCheckpoint import, EventMetadata metadata, ImportTelling telling, CancellationToken ct)
    {
        var afterRow = import.AfterRow;
        var ranges = new RangeReader(reading, stored: [(ImportCheckpoint.BeforeFirstRow, afterRow)]).Read(source, LoadPace.Of(new(BatchSize, Lanes: 1)));
        var staged = ReadAhead.Of(ranges.Select(range => StagedRange.Of(range, key)).ToAsyncEnumerable(), ahead: 2, ct);
        var batch = new ImportBatch(sessions, import.ImportId, metadata);
        await foreach (var range in ReadAhead.Of(LookUpAsync(staged, ct), ahead: 1, ct))
        {
            await telling.WaitForRoomAsync(ct);
            using (range)
                telling.Stored(await batch.StoreAsync(range, afterRow, ct));
            afterRow = range.Range.LastRow;
        }
    }

    async IAsyncEnumerable<StagedRange> LookUpAsync(IAsyncEnumerable<StagedRange> ranges, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var range in ranges.WithCancellation(ct))
        {
            await range.LookUpAsync(sessions, ct);
            yield return range;
        }
    }

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

    async Task InterruptAsync(Guid importId, ImportTally tally, Exception error, EventMetadata metadata)
    {
        var reason = error is OperationCanceledException ? "cancelled" : error.Message;
        await AppendAsync(importId, new ImportInterrupted(reason, tally, clock.GetUtcNow()), metadata, CancellationToken.None);
    }

    async Task FinishAsync(Guid importId, ImportTally tally, EventMetadata metadata, CancellationToken ct)
    {
        await AppendAsync(importId, new ImportCompleted(tally, clock.GetUtcNow()), metadata, ct);
        await sessions.TransactAsync(
            async (session, token) =>
            {
                await ImportCheckpoint.FinishAsync(session.Connection, importId, token);
                return true;
            },
            ct);
    }

    Task AppendAsync(Guid importId, ImportEvent fact, EventMetadata metadata, CancellationToken ct) =>
        streams.ExecuteAsync(importId, Import.None, Import.Evolve, import => import.Decide(fact), metadata, ct);
}
