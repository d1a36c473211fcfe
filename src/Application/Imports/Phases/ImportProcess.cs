using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;

namespace Padron.Application.Imports.Phases;

/// <summary>Imports a file in phases.</summary>
/// <param name="Path">SQLite file.</param>
/// <param name="Resume">Go on with the unfinished import of the same file, as it was ordered then.</param>
/// <param name="Order">What is asked for; the backup directory is that of all imports.</param>
/// <param name="By">The operator.</param>
public sealed record ImportFile(string Path, bool Resume, ImportOrder Order, string By);

/// <summary>
/// Runs an import: prepare, sample, trial and load, validate, finish. Each phase's end is a fact on the import's stream, and whoever resumes it goes on with
/// the phase that has none.
/// </summary>
/// <remarks>
/// Failures are of two kinds. An interruption (Ctrl-C, a lost server, a killed process, a full disk) leaves the import as it is, to be resumed. A critical
/// failure (a damaged source, a validation below the threshold, a number twice) means that what was imported can't be trusted: it is rolled back, unless the
/// order says to keep it.
/// </remarks>
public sealed class ImportProcess(ImportParts parts, IContactSourceOpener opener, NumberingPlanStore plans)
{
    readonly ImportOpening opening = new(parts.Sessions, parts.Streams, parts.Clock);

    /// <exception cref="RuleViolationException">
    /// <c>import_unfinished</c>, <c>nothing_to_resume</c>, <c>import_running</c>, <c>plan_changed</c>, <c>no_space</c>, <c>sample_invalid</c>,
    /// <c>import_invalid</c>, <c>import_rolled_back</c>
    /// </exception>
    /// <exception cref="StreamsLoadingException">Another import is filling the register.</exception>
    /// <exception cref="FormatException">The source is damaged or has not the expected tables and columns, and nothing was imported or is to be rolled back.</exception>
    /// <exception cref="BackupException">The database could not be backed up.</exception>
    /// <exception cref="OperationCanceledException">Stopped, to be resumed.</exception>
    public async Task<ImportResult> HandleAsync(ImportFile command, IProgress<ImportProgress>? progress = null, CancellationToken ct = default)
    {
        var metadata = new EventMetadata(User: command.By);
        var fileName = Path.GetFileName(command.Path);
        var sha256 = await opener.Sha256Async(command.Path, ct);
        await using var turn = await ImportTurn.TakeAsync(parts.Sessions.DataSource, sha256, fileName, ct);
        var open = command.Resume ? await opening.FindAsync(sha256, fileName, ct) : await DropDryRunAsync(sha256, metadata, ct);
        await using var source = opener.Open(command.Path, (open?.Started.Order ?? command.Order).Mapping);
        var opened = open is null
            ? await opening.BeginAsync(source, sha256, (await plans.InfoAsync(ct))?.Version, command.Order, metadata, ct)
            : await opening.ResumeAsync(open, metadata, ct);
        return await new ImportRun(parts, opened, command.Path, source, command.By, progress).ToEndAsync(ct);
    }

    // One that was killed has nothing that is worth to go on with.
    async Task<OpenedImport?> DropDryRunAsync(string sha256, EventMetadata metadata, CancellationToken ct)
    {
        if (await opening.FindAsync(sha256, ct) is { Started.Order.DryRun: true, Checkpoint.ImportId: var importId })
            await parts.FailAsync(importId, "The dry run was stopped.", metadata);
        return null;
    }
}
