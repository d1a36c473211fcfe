using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Segments;
using Padron.Domain;
using Padron.Domain.Segments;

namespace Padron.Api.Segments;

/// <summary><c>padron audiences …</c></summary>
static class AudienceCommands
{
    static readonly Argument<string> Segment = new("SEGMENT") { Description = "The segment's name." };
    static readonly Argument<Guid> Id = new("ID") { Description = "The audience." };

    public static Command Create() => CliCommand.Group(
        "audiences", "Who was in a segment at a moment.",
        CliCommand.Create("create", "Keep the verified contacts that a segment has now.", [Segment], MaterialiseAsync),
        CliCommand.Create("list", "List audiences, the newest first.", [], ListAsync),
        CliCommand.Create("remove", "Remove an audience; its contacts stay as they are.", [Id], RemoveAsync));

    static async Task MaterialiseAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var audience = await session.Get<Audiences>().MaterialiseAsync(SegmentName.Parse(parsed.GetValue(Segment)), parsed.GetValue(CliCommand.Operator)!, ct);
        terminal.Result(audience, t => t.Line($"Audience {audience.Id} has the {Terminal.Number(audience.Contacts)} contacts that can be messaged of segment {audience.Segment}."));
    }

    static async Task ListAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var audiences = await session.Get<Audiences>().ListAsync(ct);
        terminal.Result(audiences, t => t.Table(
            ["id", "segment", "contacts#", "made", "by"],
            audiences.Select(audience => (IReadOnlyList<string>)
                [audience.Id.ToString(), audience.Segment, Terminal.Number(audience.Contacts), Terminal.Time(audience.MadeAt), audience.MadeBy])));
    }

    static async Task RemoveAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var id = parsed.GetValue(Id);
        if (!await session.Get<Audiences>().RemoveAsync(id, ct))
            throw new RuleViolationException("audience_unknown", $"There is no audience {id}. `padron audiences list` shows them.");
        terminal.Result(new { id, removed = true }, t => t.Line($"Audience {id} is removed."));
    }
}
