using System.CommandLine;
using System.Globalization;
using Padron.Api.Cli;
using Padron.Api.Imports.Report;
using Padron.Application.Imports;
using Padron.Application.Imports.Validation;
using Padron.Domain;
using Padron.Domain.Imports;

namespace Padron.Api.Imports;

/// <summary><c>padron imports validate</c>, and the validation at the end of an import.</summary>
static class ImportValidation
{
    static readonly Argument<Guid> Id = new("ID") { Description = "The import." };
    static readonly Option<string?> Source = new("--source") { Description = "The file that was imported; without it no row is compared with the source." };
    static readonly Option<string?> Report = new("--report") { Description = "Write a report with charts to this HTML file." };

    static readonly Option<int> Sample = new("--sample")
    {
        Description = "Rows of the source to compare, at most.",
        DefaultValueFactory = _ => ValidateImport.DefaultSample,
    };

    public static Command Create() => CliCommand.Create(
        "validate", "Compare an import with its source and with itself. Ends with 1 below 95 %.", [Id, Source, Report, Sample], RunAsync);

    /// <summary>Validates over read models that are up to date.</summary>
    static async Task<ImportValidated> ValidateAsync(Session session, Terminal terminal, ValidateImport command, CancellationToken ct)
    {
        var validated = await terminal.ShowProgressAsync(
            "Checking", "checks", bar => session.Get<ValidateImportHandler>().HandleAsync(command, bar.OfChecks(), ct));
        await session.CatchUpAsync(terminal, ct); // so that it shows
        return validated;
    }

    public static void Write(Terminal terminal, ImportValidated validated)
    {
        terminal.Line($"Validation: {Score(validated.Score)} of {ImportValidated.Threshold} % required, {Terminal.Time(validated.ValidatedAt)}.");
        terminal.Table(
            ["check", "compares", "checked#", "failed#", "score#", "examples"],
            validated.Checks.Select(check => (IReadOnlyList<string>)
            [
                check.Name, ImportChecks.All.FirstOrDefault(known => known.Name == check.Name).Compares ?? "", Terminal.Number(check.Checked), Terminal.Number(check.Failed),
                check.Checked == 0 ? "not run" : Score(check.Score), string.Join("; ", check.Examples),
            ]));
    }

    /// <exception cref="RuleViolationException"><c>import_invalid</c></exception>
    public static void RequirePassed(Guid importId, ImportValidated validated)
    {
        if (validated.Score >= ImportValidated.Threshold)
            return;
        var failing = string.Join(", ", validated.Checks.Where(check => check.Failed > 0).OrderBy(check => check.Score).Select(check => $"{check.Name} {Score(check.Score)}"));
        throw new RuleViolationException(
            "import_invalid",
            $"The import {importId} scores {Score(validated.Score)}, below {ImportValidated.Threshold} % ({failing}): extract nothing from it. "
            + $"`padron imports validate {importId} --source FILE.db --report FILE.html` shows what failed; mend the cause and validate again.");
    }

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var (id, path) = (parsed.GetRequiredValue(Id), parsed.GetValue(Report));
        if (File.Exists(path))
            throw new IOException($"{path} exists: a report overwrites nothing.");
        await session.CatchUpAsync(terminal, ct);
        var validated = await ValidateAsync(session, terminal, new(id, parsed.GetValue(Source), parsed.GetValue(Sample), parsed.GetValue(CliCommand.Operator)!), ct);
        if (path is not null)
        {
            var import = (await session.Get<ImportQueries>().GetAsync(id, ct))!;
            await ImportReport.WriteAsync(path, import, validated, await session.Get<ImportFigures>().ReadAsync(id, ct), ct);
        }

        terminal.Result(validated, t =>
        {
            Write(t, validated);
            if (path is not null)
                t.Line($"Report: {path}");
        });
        RequirePassed(id, validated);
    }

    static string Score(decimal score) => string.Create(CultureInfo.InvariantCulture, $"{score:0.##} %");
}
