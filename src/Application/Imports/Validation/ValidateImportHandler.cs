using Padron.Domain;
using Padron.Domain.Imports;
using Padron.MartenExtensions;

namespace Padron.Application.Imports.Validation;

/// <summary>Validates a completed import.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="SourcePath">Its file; without it nothing can be compared with the source but the count that the import began with.</param>
/// <param name="Sample">Rows of the file to compare field by field, at most.</param>
/// <param name="By">The operator.</param>
public sealed record ValidateImport(Guid ImportId, string? SourcePath, int Sample, string By)
{
    /// <summary>Of a thousand rows without a fault it follows, with 95 % certainty, that fewer than 3 in 1,000 have one.</summary>
    public const int DefaultSample = 1_000;
}

/// <summary>The check that runs, and how many of all are done.</summary>
public readonly record struct ValidationProgress(string Check, int Done, int Of);

/// <summary>
/// Compares what an import left with its source and with itself, by ways of its own: counts by SQL, numbers by the evaluator of all regions,
/// fields by reading the file again. What it finds is an event of the import. Expects read models that are up to date.
/// </summary>
public sealed class ValidateImportHandler(EventSessions sessions, Streams streams, IContactSourceOpener opener, RegisterChecks register, SampleCheck samples, TimeProvider clock)
{
    /// <exception cref="RuleViolationException"><c>import_unknown</c>, <c>import_not_complete</c>, <c>other_source</c></exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file has not the expected table and columns.</exception>
    public async Task<ImportValidated> HandleAsync(ValidateImport command, IProgress<ValidationProgress>? progress = null, CancellationToken ct = default)
    {
        var history = (await sessions.ReadStreamAsync(command.ImportId, ct)).Select(stored => stored.Data).ToArray();
        if (history.OfType<ImportStarted>().FirstOrDefault() is not { } started)
            throw new RuleViolationException("import_unknown", $"There is no import {command.ImportId}.");
        if (history.Aggregate(Import.None, Import.Evolve).Status is not ImportStatus.Completed)
            throw new RuleViolationException("import_not_complete", $"The import {command.ImportId} has not come to its end: only one that is complete can be validated.");

        await using var source = command.SourcePath is { } path ? await OpenAsync(path, started, ct) : null;
        var tally = history.OfType<ImportCompleted>().Last().Tally;
        var rows = source is null ? started.Rows : await source.CountAsync(ImportCheckpoint.BeforeFirstRow, ct);
        List<ImportCheck> checks = [];
        progress?.Report(new(ImportChecks.All[0].Name, 0, ImportChecks.All.Count));
        await foreach (var check in register.RunAsync(command.ImportId, rows, tally, ct))
        {
            checks.Add(check);
            progress?.Report(new(ImportChecks.All[checks.Count].Name, checks.Count, ImportChecks.All.Count)); // the one that comes
        }

        checks.Add(await samples.RunAsync(command.ImportId, source?.Sample(command.Sample, Random.Shared.Next()) ?? [], ct));
        progress?.Report(new(ImportChecks.Sample, checks.Count, ImportChecks.All.Count));

        var validated = ImportValidated.Of(checks, clock.GetUtcNow());
        await streams.ExecuteAsync(command.ImportId, Import.None, Import.Evolve, import => import.Decide(validated), new EventMetadata(User: command.By), ct);
        return validated;
    }

    // Its hash takes a few seconds a gigabyte, and tells a file that changed while it was imported.
    async Task<IContactSource> OpenAsync(string path, ImportStarted started, CancellationToken ct)
    {
        var source = opener.Open(path, started.Order?.Mapping);
        try
        {
            return await source.Sha256Async(ct) == started.FileSha256
                ? source
                : throw new RuleViolationException("other_source", $"{source.FileName} is not the file that was imported, or has changed since: give the one whose SHA-256 is {started.FileSha256}.");
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }
}
