using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Imports;
using Padron.Application.Imports.Rollback;
using Padron.Domain;
using Padron.Domain.Imports;

namespace Padron.Api.Imports;

/// <summary><c>padron imports …</c></summary>
static class ImportCommands
{
    static readonly Argument<Guid> Id = new("ID") { Description = "The import." };
    static readonly Option<string?> Rejections = new("--rejections") { Description = "Write the rejected rows to this CSV file." };


    public static Command Create() => CliCommand.Group(
        "imports", "What was imported.",
        CliCommand.Create("list", "List imports, the newest first.", [], ListAsync),
        CliCommand.Create("abandon", "Give an interrupted initial load up, with all it has brought: the register is empty again, and open.", [Id], AbandonAsync),
        CliCommand.Create("show", "Show what became of an import's rows.", [Id, Rejections], ShowAsync),
        CliCommand.Create(
            "rollback", "Take back what an import brought. Contacts with events of their own, such as an opt-out, keep them. Safe to repeat.", [Id], RollBackAsync),
        ImportValidation.Create(),
        ReferenceTableCommand.Create(),
        RestoreCommand.Create());

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
        var tables = await session.Get<ReferenceTables>().ListAsync(id, ct);
        terminal.Result(import with { ReferenceTables = tables }, t =>
        {
            t.Line($"{import.FileName}, {Terminal.Number(import.Rows)} rows, {import.Status}{(import.Reason is { } reason ? $": {reason}" : "")}");
            t.Line($"Started {Terminal.Time(import.StartedAt)} by {import.StartedBy}, ended {Terminal.Time(import.EndedAt)}, numbering plan {import.PlanVersion ?? "none"}.");
            if (import.Progress is { } standing)
                ImportProgressTexts.Write(t, standing);
            if (import.Removed is { } removed)
                t.Line($"Rolled back: {Terminal.Number(removed)} contacts are gone, {Terminal.Number(import.Withdrawn ?? 0)} keep events of their own.");
            if (import.Tally is { } tally)
                WriteTally(t, tally);
            ImportPhaseLines.Write(t, import.Phases);
            if (tables.Count > 0)
                t.Line($"Reference tables: {string.Join(", ", tables.Select(table => $"{table.Name} ({Terminal.Number(table.Rows)})"))}; padron imports table NAME shows one.");
            if (import.Validation is { } validated)
                ImportValidation.Write(t, validated);
        });
    }

    static async Task WriteRejectionsAsync(ImportQueries queries, Guid id, string path, CancellationToken ct)
    {
        await using var file = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
        await RejectionSheet.WriteAsync(file, queries.RejectionsAsync(id, ct));
    }

    public static void WriteTally(Terminal terminal, ImportTally tally) => terminal.Table(
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
