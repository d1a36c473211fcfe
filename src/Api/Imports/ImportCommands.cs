using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Imports;
using Padron.Application.Imports.Rollback;
using Padron.Application.Imports.Validation;
using Padron.Application.Imports.Watching;
using Padron.Domain;
using Padron.Domain.Imports;

namespace Padron.Api.Imports;

/// <summary><c>padron import</c> and <c>padron imports …</c></summary>
static class ImportCommands
{
    static readonly Argument<string> File = new("FILE.db") { Description = "SQLite file with the table numeros." };
    static readonly Option<bool> Resume = new("--resume") { Description = "Go on with the import of this file that was stopped." };
    static readonly Argument<Guid> Id = new("ID") { Description = "The import." };
    static readonly Option<string?> Rejections = new("--rejections") { Description = "Write the rejected rows to this CSV file." };

    public static Command CreateImport() => CliCommand.Create(
        "import", "Import contacts. Of those that are in the register already, the details that changed are recorded.", [File, Resume], ImportAsync);

    public static Command CreateImports() => CliCommand.Group(
        "imports", "What was imported.",
        CliCommand.Create("list", "List imports, the newest first.", [], ListAsync),
        CliCommand.Create("abandon", "Give an interrupted initial load up, with all it has brought: the register is empty again, and open.", [Id], AbandonAsync),
        CliCommand.Create("show", "Show what became of an import's rows.", [Id, Rejections], ShowAsync),
        CliCommand.Create(
            "rollback", "Take back what an import brought. Contacts with events of their own, such as an opt-out, keep them. Safe to repeat.", [Id], RollBackAsync),
        ImportValidation.Create());

    static async Task ImportAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new ImportContacts(parsed.GetRequiredValue(File), parsed.GetValue(Resume), parsed.GetValue(CliCommand.Operator)!);
        await using var teller = session.Get<ImportBoard>().Tell(command.By);
        var result = await terminal.ShowImportAsync(teller, () => session.Get<ImportContactsHandler>().HandleAsync(command, teller, ct));
        await session.CatchUpAsync(terminal, ct);
        var validated = await ImportValidation.ValidateAsync(session, terminal, new(result.ImportId, command.Path, ValidateImport.DefaultSample, command.By), ct, teller);
        terminal.Result(result with { Validation = validated }, t =>
        {
            t.Line($"Import {result.ImportId}");
            WriteTally(t, result.Tally);
            if (result.PlanVersion is null)
            {
                t.Line("No numbering plan is loaded: it is unknown which lines are mobile, so every contact stays UNVERIFIED and none can be extracted.");
                t.Line("Load the regulator's plan before the next import: padron numbering load FILE.csv");
            }
            else if (result.Tally.Unverified > 0)
            {
                t.Line($"{Terminal.Number(result.Tally.Unverified)} contacts stay UNVERIFIED: the plan {result.PlanVersion} has no block for their numbers. A newer plan may.");
            }

            if (result.Tally.RejectedTotal > 0)
                t.Line($"The rejected rows: padron imports show {result.ImportId} --rejections FILE.csv");
            ImportValidation.Write(t, validated);
        });
        ImportValidation.RequirePassed(result.ImportId, validated);
    }

    static async Task ListAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var imports = await session.Get<ImportQueries>().ListAsync(ct: ct);
        terminal.Result(imports, t => t.Table(
            ["id", "file", "status", "rows#", "imported#", "rejected#", "started", "by"],
            imports.Select(import => (IReadOnlyList<string>)
            [
                import.Id.ToString(), import.FileName, import.Status, Terminal.Number(import.Rows), Terminal.Number(import.Tally?.Imported ?? 0),
                Terminal.Number(import.Tally?.RejectedTotal ?? 0), Terminal.Time(import.StartedAt), import.StartedBy ?? "",
            ])));
    }

    static async Task AbandonAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var id = parsed.GetRequiredValue(Id);
        await session.Get<AbandonImportHandler>().HandleAsync(id, parsed.GetValue(CliCommand.Operator)!, ct);
        terminal.Result(new { id }, t => t.Line($"Import {id} is given up. The register is empty again."));
    }

    static async Task RollBackAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new RollbackImport(parsed.GetRequiredValue(Id), parsed.GetValue(CliCommand.Operator)!);
        var result = await terminal.ShowProgressAsync(
            "Taking contacts back", "contacts", bar => session.Get<RollbackImportHandler>().HandleAsync(command, bar.OfRollback(), ct));
        await session.CatchUpAsync(terminal, ct);
        terminal.Result(result, t =>
        {
            t.Line($"Import {result.ImportId} {(result.Changed ? "is" : "was")} rolled back{(result.Changed ? "" : " already")}: {Terminal.Number(result.Removed)} contacts are gone.");
            if (result.Withdrawn > 0)
                t.Line($"{Terminal.Number(result.Withdrawn)} keep events of their own, such as an opt-out or an extraction, and are in the register no more.");
            if (result.Restored > 0)
                t.Line($"{Terminal.Number(result.Restored)} that it had not brought, but changed, have their former details again.");
        });
    }

    static async Task ShowAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var id = parsed.GetRequiredValue(Id);
        var queries = session.Get<ImportQueries>();
        var import = await queries.GetAsync(id, ct) ?? throw new RuleViolationException("import_unknown", $"There is no import {id}.");
        if (parsed.GetValue(Rejections) is { } path)
            await WriteRejectionsAsync(queries, id, path, ct);
        terminal.Result(import, t =>
        {
            t.Line($"{import.FileName}, {Terminal.Number(import.Rows)} rows, {import.Status}{(import.Reason is { } reason ? $": {reason}" : "")}");
            t.Line($"Started {Terminal.Time(import.StartedAt)} by {import.StartedBy}, ended {Terminal.Time(import.EndedAt)}, numbering plan {import.PlanVersion ?? "none"}.");
            if (import.Progress is { } standing)
                ImportProgressTexts.Write(t, standing);
            if (import.Removed is { } removed)
                t.Line($"Rolled back: {Terminal.Number(removed)} contacts are gone, {Terminal.Number(import.Withdrawn ?? 0)} keep events of their own.");
            if (import.Tally is { } tally)
                WriteTally(t, tally);
            if (import.Validation is { } validated)
                ImportValidation.Write(t, validated);
        });
    }

    static async Task WriteRejectionsAsync(ImportQueries queries, Guid id, string path, CancellationToken ct)
    {
        await using var file = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
        await RejectionSheet.WriteAsync(file, queries.RejectionsAsync(id, ct));
    }

    static void WriteTally(Terminal terminal, ImportTally tally) => terminal.Table(
        ["rows", "#"],
        new (string Name, long Count)[]
        {
            ("read", tally.RowsRead), ("imported", tally.Imported), ("  verified (mobile)", tally.Verified), ("  not mobile", tally.NotMobile),
            ("  invalid, says the source", tally.Invalidated), ("  unverified", tally.Unverified), ("  LADA completed", tally.LadaInferred),
            ("already known", tally.AlreadyKnown), ("  details changed", tally.DetailsChanged), ("duplicates in the file", tally.Duplicates), ("rejected", tally.RejectedTotal),
        }
        .Concat(tally.Rejected.OrderByDescending(reason => reason.Value).Select(reason => ($"  {reason.Key}", reason.Value)))
        .Select(row => (IReadOnlyList<string>)[row.Item1, Terminal.Number(row.Item2)]));
}
