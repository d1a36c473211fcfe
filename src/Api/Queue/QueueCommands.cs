using System.CommandLine;
using Padron.Api.Cli;
using Padron.MartenExtensions.Queue;

namespace Padron.Api.Queue;

/// <summary><c>padron queue …</c></summary>
static class QueueCommands
{
    static readonly Argument<Guid> Id = new("ID") { Description = "The dead letter." };

    public static Command Create() => CliCommand.Group(
        "queue", "The durable queue: work that outlives a request.",
        CliCommand.Create("status", "Show what stands in the queue, by kind of message.", [], StatusAsync),
        CliCommand.Create("dead-letters", "List messages that were given up, the latest first.", [], DeadLettersAsync),
        CliCommand.Create("replay", "Put a dead letter back on the queue.", [Id], (session, terminal, parsed, ct) => ChangeAsync(
            terminal, parsed, id => session.Get<DurableQueue>().ReplayAsync(id, ct), "is back on the queue")),
        CliCommand.Create("discard", "Remove a dead letter for good.", [Id], (session, terminal, parsed, ct) => ChangeAsync(
            terminal, parsed, id => session.Get<DurableQueue>().DiscardAsync(id, ct), "is removed")));

    static async Task StatusAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var status = await session.Get<DurableQueue>().StatusAsync(ct);
        terminal.Result(status, t => t.Table(
            ["kind", "due#", "scheduled#", "running#", "dead#", "waiting since"],
            status.Select(row => (IReadOnlyList<string>)
                [row.Kind, Terminal.Number(row.Due), Terminal.Number(row.Scheduled), Terminal.Number(row.Leased), Terminal.Number(row.Dead), Terminal.Time(row.OldestDueAt)])));
    }

    static async Task DeadLettersAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var letters = await session.Get<DurableQueue>().DeadLettersAsync(ct: ct);
        terminal.Result(letters, t => t.Table(
            ["id", "kind", "tries#", "given up", "error"],
            letters.Select(letter => (IReadOnlyList<string>)
                [letter.Id.ToString(), letter.Kind, Terminal.Number(letter.Attempts), Terminal.Time(letter.FailedAt), letter.Error.Split('\n')[0]])));
    }

    static async Task ChangeAsync(Terminal terminal, ParseResult parsed, Func<Guid, Task<bool>> change, string done)
    {
        var id = parsed.GetRequiredValue(Id);
        if (!await change(id))
            throw QueueEndpoints.Unknown(id);
        terminal.Result(new { id, changed = true }, t => t.Line($"Dead letter {id} {done}."));
    }
}
