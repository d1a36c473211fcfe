using System.CommandLine;
using Padron.Api.Cli;
using Padron.Domain;
using Padron.Projections;
using Padron.Projections.Rebuilds;

namespace Padron.Api.Projections;

/// <summary><c>padron projections …</c></summary>
static class ProjectionCommands
{
    static readonly Argument<string> Name = new("NAME") { Description = $"One of {string.Join(", ", Projection.All.Select(projection => projection.Name))}." };
    static readonly Option<bool> Verify = new("--verify") { Description = "Compare the new tables with the live ones and show how they differ, before they take their place." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Compare only: the live tables stay, and the new ones are dropped." };
    static readonly Option<bool> Keep = new("--keep") { Description = "Keep the old tables: `padron projections revert` puts them back. The next rebuild drops them." };

    public static Command Create() => CliCommand.Group(
        "projections", "The read models, folded from the events.",
        CliCommand.Create("status", "Show how far each projection is.", [], StatusAsync),
        CliCommand.Create("rebuild", "Fold a projection again from the first event, beside the live tables, and put it in their place.", [Name, Verify, DryRun, Keep], RebuildAsync),
        CliCommand.Create("revert", "Put back the tables that a rebuild has kept, with the events since.", [Name], RevertAsync));

    static async Task StatusAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var status = await session.Get<ProjectionDaemon>().StatusAsync(ct);
        terminal.Result(status, t => t.Table(
            ["projection", "position#", "high-water mark#", "behind#", "last moved"],
            status.Select(row => (IReadOnlyList<string>)
                [row.Name, Terminal.Number(row.Position), Terminal.Number(row.HighWaterMark), Terminal.Number(row.Behind), Terminal.Time(row.UpdatedAt)])));
    }

    static async Task RebuildAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var (projection, dryRun) = (Named(parsed), parsed.GetValue(DryRun));
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
        var projection = Named(parsed);
        var result = await RunAsync(terminal, projection, bar => session.Get<ProjectionRebuild>().RevertAsync(projection, bar.OfRebuild(), ct));
        terminal.Result(result, t => t.Line(
            $"The former tables of '{result.Projection}' are back, up to position {Terminal.Number(result.Position)}; the same command puts the others back."));
    }

    static Projection Named(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(Name);
        return Projection.All.FirstOrDefault(known => known.Name == name)
            ?? throw new RuleViolationException("projection_unknown", $"There is no projection '{name}': {Name.Description}");
    }

    static async Task<RebuildResult> RunAsync(Terminal terminal, Projection projection, Func<ProgressBar, Task<RebuildResult>> work)
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
}
