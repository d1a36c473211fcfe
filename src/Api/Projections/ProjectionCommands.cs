using System.CommandLine;
using Padron.Api.Cli;
using Padron.Domain;
using Padron.Projections;

namespace Padron.Api.Projections;

/// <summary><c>padron projections …</c></summary>
static class ProjectionCommands
{
    static readonly Argument<string> Name = new("NAME") { Description = $"One of {string.Join(", ", Projection.All.Select(projection => projection.Name))}." };

    public static Command Create() => CliCommand.Group(
        "projections", "The read models, folded from the events.",
        CliCommand.Create("status", "Show how far each projection is.", [], StatusAsync),
        CliCommand.Create("rebuild", "Empty a projection and fold it again from the first event.", [Name], RebuildAsync));

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
        var name = parsed.GetRequiredValue(Name);
        var projection = Projection.All.FirstOrDefault(known => known.Name == name)
            ?? throw new RuleViolationException("projection_unknown", $"There is no projection '{name}': {Name.Description}");
        var daemon = session.Get<ProjectionDaemon>();
        await terminal.ShowProgressAsync("Folding events", "events", async bar =>
        {
            await daemon.RebuildAsync(projection, bar.OfPages(), ct);
            return true;
        });
        var status = (await daemon.StatusAsync(ct)).Single(row => row.Name == name);
        terminal.Result(status, t => t.Line($"'{name}' is rebuilt up to position {Terminal.Number(status.Position)}."));
    }
}
