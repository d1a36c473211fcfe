using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Imports;
using Padron.Application.Imports.Phases;
using Padron.Application.Imports.Watching;
using Padron.Domain.Imports;

namespace Padron.Api.Imports;

/// <summary><c>padron import</c></summary>
static class ImportCommand
{
    static readonly Argument<string> Source = new("FILE.db") { Description = "SQLite file with the table numeros." };
    static readonly Option<bool> Resume = new("--resume") { Description = "Go on with the import of this file that was stopped, as it was asked for then." };
    static readonly Option<string?> Map = new("--map") { Description = "JSON file that tells other names of tables and columns." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Import nothing: look at the source, try a sample and tell what an import would take." };
    static readonly Option<bool> KeepPartial = new("--keep-partial") { Description = "After a critical failure keep what was imported instead of rolling back." };
    static readonly Option<bool> NoBackup = new("--no-backup") { Description = "Back up neither the source nor the database before." };
    static readonly Option<string?> Backup = new("--backup") { Description = "Directory for the backups instead of PADRON_BACKUP_DIR." };
    static readonly Option<bool> BackupAfter = new("--backup-after") { Description = "Back up the database when everything is in." };
    static readonly Option<long?> BackupEvery = new("--backup-every") { Description = "Save the events that came since, every so many rows: 5000000." };

    static readonly Option[] Asked = [Map, DryRun, KeepPartial, NoBackup, Backup, BackupAfter, BackupEvery];

    public static Command Create()
    {
        var command = CliCommand.Create(
            "import", "Import contacts. Of those that are in the register already, the details that changed are recorded.", [Source, Resume, .. Asked], RunAsync);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Resume) && Asked.FirstOrDefault(option => result.GetResult(option) is not null) is { } option)
                result.AddError($"{option.Name} can't be changed by --resume: an import goes on as it was asked for.");
            if (result.GetResult(BackupEvery) is not null && result.GetValue(BackupEvery) is <= 0)
                result.AddError("--backup-every takes a number of rows, such as 5000000.");
        });
        return command;
    }

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var order = new ImportOrder(
            parsed.GetValue(DryRun), parsed.GetValue(KeepPartial), BackUpBefore: !parsed.GetValue(NoBackup), parsed.GetValue(BackupAfter), parsed.GetValue(BackupEvery),
            parsed.GetValue(Backup) is { } directory ? Path.GetFullPath(directory) : session.Settings.BackupDirectory,
            parsed.GetValue(Map) is { } map ? await SourceMappingFile.ReadAsync(map, ct) : null);
        var command = new ImportFile(parsed.GetRequiredValue(Source), parsed.GetValue(Resume), order, parsed.GetValue(CliCommand.Operator)!);
        await using var teller = session.Get<ImportBoard>().Tell(command.By);
        var result = await terminal.ShowImportAsync(teller, () => session.Get<ImportProcess>().HandleAsync(command, teller, ct));
        await session.CatchUpAsync(terminal, ct);
        terminal.Result(result, t => Write(t, result));
    }

    static void Write(Terminal terminal, ImportResult result)
    {
        terminal.Line($"Import {result.ImportId}");
        ImportPhaseLines.Write(terminal, new ImportPhases { Prepared = result.Prepared, Sampled = result.Sampled });
        if (result.Estimate is { } estimate)
        {
            ImportPhaseLines.Write(terminal, estimate);
            return;
        }

        ImportCommands.WriteTally(terminal, result.Tally);
        if (result.PlanVersion is null)
        {
            terminal.Line("No numbering plan is loaded: it is unknown which lines are mobile, so every contact stays UNVERIFIED and none can be extracted.");
            terminal.Line("Load the regulator's plan before the next import: padron numbering load FILE.csv");
        }
        else if (result.Tally.Unverified > 0)
        {
            terminal.Line($"{Terminal.Number(result.Tally.Unverified)} contacts stay UNVERIFIED: the plan {result.PlanVersion} has no block for their numbers. A newer plan may.");
        }

        if (result.Tally.RejectedTotal > 0)
            terminal.Line($"The rejected rows: padron imports show {result.ImportId} --rejections FILE.csv");
        if (result.Validation is { } validated)
            ImportValidation.Write(terminal, validated);
        ImportPhaseLines.Write(terminal, new ImportPhases { Finished = result.Finished });
    }
}
