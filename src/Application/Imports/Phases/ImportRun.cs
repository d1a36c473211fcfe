using Npgsql;
using Padron.Application.Imports.Validation;
using Padron.Domain;
using Padron.Domain.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.Projections;
using Padron.Projections.Search;

namespace Padron.Application.Imports.Phases;

/// <summary>One import, from where it is to its end.</summary>
sealed class ImportRun(ImportParts parts, OpenedImport opened, string path, IContactSource source, string by, IProgress<ImportProgress>? progress)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly SqlProjection[] OfSearches = [VocabularyProjection.Definition]; // no check looks at it

    readonly Guid importId = opened.Checkpoint.ImportId;
    readonly ImportOrder? order = opened.Started.Order;
    readonly EventMetadata metadata = new(User: by);

    public async Task<ImportResult> ToEndAsync(CancellationToken ct)
    {
        var state = await LoadStateAsync(ct);
        if (!state.IsLoading && await PrepareAsync(state, ct) is { } dryRun)
            return dryRun;

        ImportResult result;
        try
        {
            result = await LoadAsync(await LoadStateAsync(ct), ct);
        }
        catch (Exception error) when (IsCritical(error))
        {
            throw await GiveUpAsync(error, ct);
        }

        return await FinishAsync(result, ct);
    }

    /// <returns>The result of a dry run, which ends here; else null.</returns>
    async Task<ImportResult?> PrepareAsync(Import state, CancellationToken ct)
    {
        try
        {
            await using var presence = await ImportPresence.AnnounceAsync(parts.Sessions.DataSource, importId, ct);
            var prepared = state.Prepared ?? await RecordAsync(await parts.Prepare.RunAsync(opened, path, source, Steps(ImportPhase.Prepare), ct), ct);
            Tell(ImportPhase.Sample, new("Trying a sample"));
            var sampled = state.Sampled ?? await RecordAsync(await parts.Sample.RunAsync(source, prepared.RegisterHoldsContacts, ct), ct);
            if (sampled is { Score: < ImportValidated.Threshold })
                throw Invalid(sampled);
            if (!order!.DryRun)
                return null;

            Tell(ImportPhase.Sample, new("Measuring"));
            var estimate = await parts.Sample.EstimateAsync(source, prepared, sampled, ct);
            await parts.CloseAsync(importId, new ImportEstimated(estimate, parts.Clock.GetUtcNow()), metadata, ct);
            return new(importId, ImportTally.Zero, opened.Started.PlanVersion, 0) { Estimate = estimate, Prepared = prepared, Sampled = sampled };
        }
        catch (Exception error) when (error is not RuleViolationException { Code: "import_running" })
        {
            await StopAsync(error);
            throw;
        }
    }

    // Before the first row there is nothing to take back: what can't go on ends here, and what was interrupted is gone on with.
    Task StopAsync(Exception error)
    {
        var reason = error is OperationCanceledException ? "cancelled" : error.Message;
        return order!.DryRun || IsCritical(error) || error is RuleViolationException or BackupException
            ? parts.FailAsync(importId, reason, metadata)
            : parts.RecordAsync(importId, new ImportInterrupted(reason, ImportTally.Zero, parts.Clock.GetUtcNow()), metadata, CancellationToken.None);
    }

    async Task<ImportResult> LoadAsync(Import state, CancellationToken ct)
    {
        var result = state.Status is ImportStatus.Completed
            ? new(importId, opened.Checkpoint.Tally, opened.Started.PlanVersion, PremiumMunicipalities: 0)
            : await LoadRowsAsync(ct);
        result = result with { Prepared = state.Prepared, Sampled = state.Sampled };
        await using var presence = await ImportPresence.AnnounceAsync(parts.Sessions.DataSource, importId, ct);

        // Neither needs the other, and each takes one processor. A register that fails the validation is to be searched too.
        var search = Task.WhenAll(
            parts.Importer.BuildLaterAsync(result, opened.Started.Rows, new ProgressOf<ImportProgress>(TellPause), ct),
            parts.CatchUp.RunAsync(OfSearches, Patience, progress: null, ct));
        try
        {
            return await ValidateAsync(result, state, ct);
        }
        finally
        {
            Tell(ImportPhase.Validate, new("Making it searchable"), result.Tally);
            await search;
        }

        void TellPause(ImportProgress at)
        {
            if (at.PausedBecause is not null)
                progress?.Report(at with { Phase = ImportPhase.Validate });
        }
    }

    async Task<ImportResult> ValidateAsync(ImportResult result, Import state, CancellationToken ct)
    {
        Tell(ImportPhase.Validate, new("Bringing the read models up to date"), result.Tally);
        await parts.CatchUp.RunAsync([.. ReadModels.All.Except(OfSearches)], Patience, progress: null, ct);
        if (state.Validated is { Score: >= ImportValidated.Threshold } before)
            return result with { Validation = before };
        var checks = new ProgressOf<ValidationProgress>(check => Tell(ImportPhase.Validate, new($"Checking {check.Check}", check.Done, check.Of), result.Tally));
        var validated = await parts.Validator.HandleAsync(new(importId, path, ValidateImport.DefaultSample, by), checks, ct);
        return validated.Score >= ImportValidated.Threshold ? result with { Validation = validated } : throw Invalid(validated);
    }

    async Task<ImportResult> LoadRowsAsync(CancellationToken ct)
    {
        if (order?.BackUpEvery is not { } every || order.DirectoryOf(importId) is not { } directory)
            return await parts.Importer.LoadAsync(opened, source, by, progress, ct);
        await using var saver = new IncrementSaver(every, progress, token => SaveIncrementAsync(directory, token), ct);
        var result = await parts.Importer.LoadAsync(opened, source, by, saver, ct);
        await saver.EndAsync();
        return result;
    }

    async Task SaveIncrementAsync(string directory, CancellationToken ct)
    {
        var increments = Path.Combine(directory, "increments");
        if (await new EventIncrements(parts.Sessions.DataSource, increments).SaveAsync(importId, ct) is { } saved)
        {
            await RecordAsync(
                new ImportIncrementSaved(
                    saved.AfterPosition, saved.Position, saved.Events, new(Path.Combine(increments, saved.File), saved.Bytes, saved.Sha256), parts.Clock.GetUtcNow()),
                ct);
        }
    }

    async Task<ImportResult> FinishAsync(ImportResult result, CancellationToken ct)
    {
        await using var presence = await ImportPresence.AnnounceAsync(parts.Sessions.DataSource, importId, ct);
        var finished = await parts.Finish.RunAsync(importId, order, source, Steps(ImportPhase.Finish, result.Tally), ct);
        if (order?.BackUpEvery is not null && order.DirectoryOf(importId) is { } directory)
            await SaveIncrementAsync(directory, ct);
        await parts.CloseAsync(importId, finished, metadata, ct);
        await parts.CatchUp.RunAsync(Patience, progress: null, ct); // so that it shows
        return result with { Finished = finished };
    }

    /// <summary>Rolls back, or says why not.</summary>
    async Task<Exception> GiveUpAsync(Exception error, CancellationToken ct)
    {
        if (order is null or { KeepPartial: true })
        {
            return new RuleViolationException(
                error is RuleViolationException broken ? broken.Code : "import_kept",
                $"{error.Message} What was imported is kept, as --keep-partial says: mend the cause and go on with --resume, or take it back by `padron imports rollback {importId}`.");
        }

        Tell(ImportPhase.Finish, new("Rolling back"));
        var back = await parts.Rollback.HandleAsync(new(importId, by, error.Message), progress: null, ct);
        await parts.CatchUp.RunAsync(Patience, progress: null, ct);
        return new RuleViolationException(
            "import_rolled_back",
            $"{error.Message} So the import {importId} was rolled back: {back.Removed:N0} contacts are gone, {back.Withdrawn:N0} keep events of their own. "
            + "Mend the cause and import again; with --keep-partial it would have been kept.");
    }

    RuleViolationException Invalid(ImportSampled sampled) => new(
        "sample_invalid",
        $"Of {sampled.Rows:N0} rows that were imported for a try {Failing(sampled.Checks)} failed: {sampled.Score:0.##} % of {ImportValidated.Threshold} % required. "
        + $"Nothing was imported; `padron imports show {importId}` shows the checks.");

    RuleViolationException Invalid(ImportValidated validated) => new(
        "import_invalid",
        $"The import {importId} scores {validated.Score:0.##} %, below {ImportValidated.Threshold} % ({Failing(validated.Checks)}).");

    static string Failing(IReadOnlyList<ImportCheck> checks) =>
        string.Join(", ", checks.Where(check => check.Failed > 0).OrderBy(check => check.Score).Select(check => FormattableString.Invariant($"{check.Name} {check.Score:0.##} %")));

    // What can't be trusted: not what may pass by itself or by an operator's doing.
    static bool IsCritical(Exception error) =>
        error is FormatException or InvalidDataException or RuleViolationException { Code: "import_invalid" }
        || (error is PostgresException { SqlState: var state } && state.StartsWith("23", StringComparison.Ordinal));

    Task<Import> LoadStateAsync(CancellationToken ct) => parts.Streams.LoadAsync(importId, Import.None, Import.Evolve, ct);

    async Task<T> RecordAsync<T>(T fact, CancellationToken ct)
        where T : ImportEvent
    {
        await parts.RecordAsync(importId, fact, metadata, ct);
        return fact;
    }

    ProgressOf<ImportStep> Steps(ImportPhase phase, ImportTally? tally = null) => new(step => Tell(phase, step, tally));

    void Tell(ImportPhase phase, ImportStep step, ImportTally? tally = null) =>
        progress?.Report(new(importId, tally?.RowsRead ?? 0, opened.Started.Rows, tally ?? ImportTally.Zero) { Phase = phase, Step = step });

    // Tells at once and in order, unlike Progress<T>.
    sealed class ProgressOf<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
