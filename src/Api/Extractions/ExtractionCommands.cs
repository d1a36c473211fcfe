using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Extractions;
using Padron.Domain;
using Padron.Domain.Extractions;

namespace Padron.Api.Extractions;

/// <summary><c>padron extract</c> and <c>padron extractions …</c></summary>
static class ExtractionCommands
{
    static readonly Option<bool> Premium = new("--premium") { Description = "From the ten LADAs of highest household income, an equal share of each." };
    static readonly Option<string?> State = new("--state") { Description = "From a state, by name or code; with --city or --municipality: the state it is in." };
    static readonly Option<string?> City = new("--city") { Description = "From a city." };
    static readonly Option<string?> Municipality = new("--municipality") { Description = "From a municipality." };
    static readonly Option<string?> Lada = new("--lada") { Description = "From a LADA." };
    static readonly Option<string?> Segment = new("--segment") { Description = "From a segment: its verified contacts." };
    static readonly Option<int> Amount = new("--amount") { Description = "How many contacts.", Required = true };
    static readonly Option<ExtractionFormat> Format = new("--format") { Description = "xlsx or txt.", Required = true };
    static readonly Option<string> Out = new("--out") { Description = "The file to write; must not exist.", Required = true };
    static readonly Option<long?> Seed = new("--seed") { Description = "The same seed over the same register chooses the same contacts." };
    static readonly Option<bool> Exact = new("--exact") { Description = "All or nothing: if others took some meanwhile, give back what was obtained." };
    static readonly Argument<Guid> Id = new("ID") { Description = "The extraction." };

    public static Command CreateExtract()
    {
        var extract = CliCommand.Create(
            "extract", "Take contacts out of the register into a file. No contact is ever handed out twice.",
            [Premium, State, City, Municipality, Lada, Segment, Amount, Format, Out, Seed, Exact], ExtractAsync);
        extract.Validators.Add(result =>
        {
            bool[] inAState = [result.GetValue(City) is not null, result.GetValue(Municipality) is not null];
            bool[] alone = [result.GetValue(Premium), result.GetValue(Lada) is not null, result.GetValue(Segment) is not null];
            var chosen = inAState.Concat(alone).Count(kind => kind);
            var state = result.GetValue(State) is not null;
            if (chosen > 1 || (chosen == 0 && !state) || (state && alone.Contains(true)))
                result.AddError("Choose one of --premium, --state, --city, --municipality, --lada and --segment; --state may say where a city or municipality is.");
        });
        return extract;
    }

    public static Command CreateExtractions() => CliCommand.Group(
        "extractions", "What was extracted.",
        CliCommand.Create("list", "List extractions, the newest first.", [], ListAsync),
        CliCommand.Create("show", "Show an extraction and its file.", [Id], ShowAsync),
        CliCommand.Create("resume", "Deliver an extraction that was stopped on its way, or write its file again.", [Id, Out], ResumeAsync),
        CliCommand.Create("cancel", "Cancel an extraction whose delivery has not begun, and give its contacts back. Safe to repeat.", [Id], CancelAsync));

    static async Task ExtractAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var state = parsed.GetValue(State);
        var (kind, name) =
            parsed.GetValue(Premium) ? (SelectionKind.Premium, null)
            : parsed.GetValue(City) is { } city ? (SelectionKind.City, city)
            : parsed.GetValue(Municipality) is { } municipality ? (SelectionKind.Municipality, municipality)
            : parsed.GetValue(Lada) is { } lada ? (SelectionKind.Lada, lada)
            : parsed.GetValue(Segment) is { } segment ? (SelectionKind.Segment, segment)
            : (SelectionKind.State, state);
        var selection = await session.Get<SelectionResolver>().ResolveAsync(kind, name, state, ct);
        var command = new ExtractContacts(
            selection, parsed.GetValue(Amount), parsed.GetValue(Format), parsed.GetRequiredValue(Out), parsed.GetValue(Seed), parsed.GetValue(CliCommand.Operator)!,
            parsed.GetValue(Exact));
        var result = await terminal.ShowProgressAsync(
            "Claiming contacts", "contacts", bar => session.Get<ExtractContactsHandler>().HandleAsync(command, bar.Of(command.Amount), ct));
        WriteResult(terminal, result);
    }

    static async Task ResumeAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        WriteResult(terminal, await session.Get<ExtractContactsHandler>().ResumeAsync(
            parsed.GetRequiredValue(Id), parsed.GetRequiredValue(Out), parsed.GetValue(CliCommand.Operator)!, ct: ct));
    }

    static async Task CancelAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var id = parsed.GetRequiredValue(Id);
        var cancelled = await terminal.ShowProgressAsync(
            "Giving contacts back", "contacts", bar => session.Get<CancelExtractionHandler>().HandleAsync(id, parsed.GetValue(CliCommand.Operator)!, bar.OfReleases(), ct));
        terminal.Result(cancelled, t => t.Line((cancelled.Changed, cancelled.Status) switch
        {
            (true, _) => $"Extraction {id} is cancelled; {Terminal.Number(cancelled.Released)} contacts are given back.",
            (_, ExtractionStatus.Failed) => $"Extraction {id} had failed already; {Terminal.Number(cancelled.Released)} contacts are given back.",
            _ => $"Extraction {id} was cancelled already; {Terminal.Number(cancelled.Released)} contacts are given back.",
        }));
    }

    static async Task ListAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var extractions = await session.Get<ExtractionQueries>().ListAsync(ct: ct);
        terminal.Result(extractions, t => t.Table(
            ["id", "selection", "status", "asked#", "obtained#", "file", "requested", "by"],
            extractions.Select(extraction => (IReadOnlyList<string>)
            [
                extraction.Id.ToString(), extraction.Selection.ToString(), extraction.Status, Terminal.Number(extraction.Amount), Terminal.Number(extraction.Obtained),
                extraction.FileName ?? "", Terminal.Time(extraction.RequestedAt), extraction.RequestedBy,
            ])));
    }

    static async Task ShowAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var id = parsed.GetRequiredValue(Id);
        var extraction = await session.Get<ExtractionQueries>().GetAsync(id, ct) ?? throw new RuleViolationException("extraction_unknown", $"There is no extraction {id}.");
        terminal.Result(extraction, t =>
        {
            t.Line($"{extraction.Selection}: {Terminal.Number(extraction.Obtained)} of {Terminal.Number(extraction.Amount)} contacts, {extraction.Status}{(extraction.Reason is { } reason ? $": {reason}" : "")}");
            t.Line($"Requested {Terminal.Time(extraction.RequestedAt)} by {extraction.RequestedBy}.");
            if (extraction.Progress is { } progress)
                t.Line(Sentence(progress));
            if (extraction.FileName is not null)
                t.Line($"File {extraction.FileName}, {Terminal.Number(extraction.FileBytes ?? 0)} bytes, SHA-256 {extraction.FileSha256}");
        });
    }

    static string Sentence(ExtractionProgress progress) => string.Concat(
        $"{progress.Stage}: {Terminal.Number(progress.Claimed)} of {Terminal.Number(progress.Amount)} claimed, {Terminal.Number(progress.Written)} written",
        progress.UpdatedAt is { } at ? $", at {Terminal.Time(at)}." : ".",
        progress.Trouble is { } trouble ? $" The last try failed: {trouble.TrimEnd('.')}." : "",
        progress.GivenUp ? $" It was given up: `padron queue replay {progress.ExtractionId}` tries again." : "");

    static void WriteResult(Terminal terminal, ExtractionResult result)
    {
        terminal.Result(result, t =>
        {
            t.Line($"Extraction {result.ExtractionId}: {Terminal.Number(result.Obtained)} of {Terminal.Number(result.Requested)} contacts.");
            t.Line($"{result.File.Path}, {Terminal.Number(result.File.Bytes)} bytes, SHA-256 {result.File.Sha256}");
        });
        if (result.Warning is { } warning)
            terminal.Warn(warning.Message);
    }
}
