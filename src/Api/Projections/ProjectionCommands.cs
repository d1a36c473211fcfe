using System.CommandLine;
using System.Globalization;
using Padron.Api.Cli;
using Padron.Domain;
using Padron.MartenExtensions.Daemon;
using Padron.Projections;
using Padron.Projections.Rebuilds;

namespace Padron.Api.Projections;

/// <summary><c>padron projections …</c></summary>
static class ProjectionCommands
{
    static readonly Argument<string> Name = new("NAME") { Description = $"One of {string.Join(", ", ReadModels.All.Select(projection => projection.Name))}." };
    static readonly Argument<string?> AnyName = new("NAME") { Description = $"{Name.Description} All without.", DefaultValueFactory = _ => null };
    static readonly Option<long?> Position = new("--position") { Description = "Of a dead letter: only its stream's events." };
    static readonly Option<bool> Verify = new("--verify") { Description = "Compare the new tables with the live ones and show how they differ, before they take their place." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Compare only: the live tables stay, and the new ones are dropped." };
    static readonly Option<bool> Keep = new("--keep") { Description = "Keep the old tables: `padron projections revert` puts them back. The next rebuild drops them." };

    public static Command Create() => CliCommand.Group(
        "projections", "The read models, folded from the events.",
        CliCommand.Create("status", "Show how far each projection is, how fast, and what it last failed of.", [], StatusAsync),
        CliCommand.Create("pause", "Keep a projection from going on; it stops after the page it is at.", [Name], PauseAsync),
        CliCommand.Create("resume", "Let a projection go on that is paused, or that an event stopped.", [Name], ResumeAsync),
        CliCommand.Create("dead-letters", "List events that could not be applied, and those that wait behind them.", [AnyName], DeadLettersAsync),
        CliCommand.Create("retry", "Apply dead letters again, after what they failed of was mended.", [Name, Position], RetryAsync),
        CliCommand.Create("rebuild", "Fold a projection again from the first event, beside the live tables, and put it in their place.", [Name, Verify, DryRun, Keep], RebuildAsync),
        CliCommand.Create("revert", "Put back the tables that a rebuild has kept, with the events since.", [Name], RevertAsync));

    static async Task StatusAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var status = await session.Get<ProjectionStatuses>().ReadAsync(ct);
        terminal.Result(status, t =>
        {
            t.Table(
                ["projection", "state", "position#", "high-water mark#", "behind#", "lag#", "events/s#", "dead letters#", "last moved", "leader"],
                status.Select(row => (IReadOnlyList<string>)
                [
                    row.Name, row.State.ToString().ToLowerInvariant(), Terminal.Number(row.Position), Terminal.Number(row.HighWaterMark), Terminal.Number(row.Behind),
                    Seconds(row.LagSeconds), row.Rate is { } rate ? Terminal.Number((long)rate) : "",
                    row.Waiting > 0 ? $"{Terminal.Number(row.DeadLetters)} + {Terminal.Number(row.Waiting)} behind" : Terminal.Number(row.DeadLetters),
                    Terminal.Time(row.UpdatedAt), row.Leader ?? "",
                ]));
            foreach (var sentence in status.SelectMany(Remarks).Concat(status.Take(1).Select(OfTheMark)))
                t.Line(sentence);
        });
    }

    static async Task PauseAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var projection = Find(parsed.GetRequiredValue(Name));
        var changed = await session.Get<ProjectionHolds>().PauseAsync(projection, parsed.GetRequiredValue(CliCommand.Operator), ct);
        terminal.Result(new { projection.Name, changed }, t => t.Line(
            changed ? $"'{projection.Name}' is paused: `padron projections resume {projection.Name}` lets it go on." : $"'{projection.Name}' was paused or stopped already."));
    }

    static async Task ResumeAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var projection = Find(parsed.GetRequiredValue(Name));
        var changed = await session.Get<ProjectionHolds>().ResumeAsync(projection, ct);
        terminal.Result(new { projection.Name, changed }, t => t.Line(changed ? $"'{projection.Name}' goes on." : $"'{projection.Name}' was neither paused nor stopped."));
    }

    static async Task DeadLettersAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var parked = await session.Get<DeadLetters>().ListAsync(parsed.GetValue(AnyName) is { } name ? Find(name) : null, ct);
        terminal.Result(parked, t => t.Table(
            ["projection", "position#", "stream", "version#", "type", "tries#", "tried", "error"],
            parked.Select(row => (IReadOnlyList<string>)
            [
                row.Projection, Terminal.Number(row.Position), row.StreamId.ToString(), Terminal.Number(row.Version), row.Type, Terminal.Number(row.Tries),
                Terminal.Time(row.FailedAt), row.Error?.Split('\n')[0] ?? "waits behind the one before in its stream",
            ])));
    }

    static async Task RetryAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var projection = Find(parsed.GetRequiredValue(Name));
        var result = await session.Get<DeadLetters>().RetryAsync(projection, parsed.GetValue(Position), ct);
        terminal.Result(new { projection.Name, result.Applied, result.Failed }, t => t.Line($"'{projection.Name}': {Terminal.Number(result.Applied)} events applied."));
        if (result.Failed > 0)
            throw new RuleViolationException("retry_failed", $"{Terminal.Number(result.Failed)} events failed again: `padron projections dead-letters {projection.Name}` has the errors.");
    }

    static async Task RebuildAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var (projection, dryRun) = (Find(parsed.GetRequiredValue(Name)), parsed.GetValue(DryRun));
        var options = new RebuildOptions(parsed.GetValue(Verify) || dryRun, parsed.GetValue(Keep), Swap: !dryRun);
        var result = await RunAsync(terminal, projection, bar => session.Get<ProjectionRebuild>().RunAsync(projection, options, bar.OfRebuild(), ct));
        terminal.Result(result, t =>
        {
            if (result.Differences is { } differences)
                Show(t, differences);
            t.Line(result switch
            {
                { Swapped: false } => $"The live tables of '{result.Projection}' stay: they were compared with all events up to position {Terminal.Number(result.Position)}.",
                { Kept: true } => $"'{result.Projection}' is rebuilt up to position {Terminal.Number(result.Position)}; `padron projections revert {result.Projection}` puts the old tables back.",
                _ => $"'{result.Projection}' is rebuilt up to position {Terminal.Number(result.Position)}.",
            });
        });
    }

    static async Task RevertAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var projection = Find(parsed.GetRequiredValue(Name));
        var result = await RunAsync(terminal, projection, bar => session.Get<ProjectionRebuild>().RevertAsync(projection, bar.OfRebuild(), ct));
        terminal.Result(result, t => t.Line(
            $"The former tables of '{result.Projection}' are back, up to position {Terminal.Number(result.Position)}; the same command puts the others back."));
    }

    static async Task<RebuildResult> RunAsync(Terminal terminal, SqlProjection projection, Func<ProgressBar, Task<RebuildResult>> work)
    {
        try
        {
            return await terminal.ShowProgressAsync("Folding events", "", work);
        }
        catch (OperationCanceledException)
        {
            throw new RuleViolationException("rebuild_stopped", $"Stopped. The live tables of '{projection.Name}' are as they were.");
        }
    }

    static void Show(Terminal terminal, IReadOnlyList<TableDifference> differences)
    {
        terminal.Table(
            ["table", "only live#", "only rebuilt#", "different#"],
            differences.Select(table => (IReadOnlyList<string>)
                [table.Table, Terminal.Number(table.OnlyLive), Terminal.Number(table.OnlyRebuilt), Terminal.Number(table.Different)]));
        if (differences.SelectMany(table => table.Examples, (table, row) => (table.Table, Row: row)).ToArray() is [_, ..] examples)
        {
            terminal.Table(
                ["for example", "row", "is", "columns"],
                examples.Select(example => (IReadOnlyList<string>)[example.Table, example.Row.Key, example.Row.Kind.Replace('_', ' '), example.Row.Columns]));
        }
    }

    static IEnumerable<string> Remarks(ProjectionStatus row)
    {
        if (row.Hold is { Position: { } position } stopped)
            yield return $"'{row.Name}' stopped before the event at {position} on {Terminal.Time(stopped.At)} ({stopped.Error}). Mend it, then `padron projections resume {row.Name}`.";
        else if (row.Hold is { } paused)
            yield return $"'{row.Name}' was paused by {paused.By} on {Terminal.Time(paused.At)}; `padron projections resume {row.Name}` lets it go on.";
        if (row.DeadLetters > 0)
            yield return $"'{row.Name}' has dead letters: `padron projections dead-letters {row.Name}`.";
        if (row.LastError is not null)
            yield return $"'{row.Name}' last failed on {Terminal.Time(row.LastErrorAt)}: {row.LastError}";
    }

    static string OfTheMark(ProjectionStatus row) =>
        $"The high-water mark last moved {Seconds(row.MarkAgeSeconds)} ago{(row.MarkStalledSeconds is { } stalled ? $", and events have waited above it for {Seconds(stalled)}" : "")}.";

    static string Seconds(double? seconds) => seconds is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:N1} s") : "";

    static SqlProjection Find(string name) => ReadModels.All.FirstOrDefault(known => known.Name == name)
        ?? throw new RuleViolationException("projection_unknown", $"There is no projection '{name}': {Name.Description}");
}
