using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Segments;
using Padron.Domain.Extractions;
using Padron.Domain.Segments;

namespace Padron.Api.Segments;

/// <summary><c>padron segments …</c></summary>
static class SegmentCommands
{
    static readonly Argument<string> Name = new("NAME") { Description = "Small letters a to z, digits, hyphens and underscores." };
    static readonly Option<int> Limit = new("--limit") { Description = "Contacts at most.", DefaultValueFactory = _ => 20 };
    static readonly Option<Guid?> Cursor = new("--cursor") { Description = "Go on behind the last page: what it said." };

    public static Command Create() => CliCommand.Group(
        "segments", "Saved filters: who is meant, under a name.",
        CliCommand.Create("list", "List segments.", [], ListAsync),
        CliCommand.Create("create", "Save a filter under a name. The same again changes nothing.", [Name, .. SegmentOptions.All], (session, terminal, parsed, ct) =>
            SaveAsync(session, terminal, parsed, session.Get<SegmentHandler>().DefineAsync, "saved", ct)),
        CliCommand.Create("update", "Replace the filter of a segment, all of it.", [Name, .. SegmentOptions.All], (session, terminal, parsed, ct) =>
            SaveAsync(session, terminal, parsed, session.Get<SegmentHandler>().ChangeAsync, "changed", ct)),
        CliCommand.Create("show", "Show a segment's filter.", [Name], ShowAsync),
        CliCommand.Create("count", "Count who is in it, and who can be extracted.", [Name], CountAsync),
        CliCommand.Create("contacts", "List who is in it, page by page.", [Name, Limit, Cursor], ContactsAsync),
        CliCommand.Create("remove", "Remove a segment; its contacts stay as they are. Safe to repeat.", [Name], RemoveAsync));

    static async Task SaveAsync(
        Session session, Terminal terminal, ParseResult parsed, Func<SegmentName, SegmentFilter, string, CancellationToken, Task<Decided<Segment>>> saveAsync, string done, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct); // places are looked for among those that contacts have
        var name = NameIn(parsed);
        var decided = await saveAsync(name, SegmentOptions.Read(parsed), parsed.GetValue(CliCommand.Operator)!, ct);
        terminal.Result(new SegmentAnswer(name.Text, decided.Events.Count > 0, decided.State.Filter, decided.Position), t =>
        {
            t.Line(decided.Events.Count > 0 ? $"Segment {name} is {done}." : $"Segment {name} was so before: nothing changed.");
            Write(t, decided.State.Filter!);
        });
    }

    static async Task RemoveAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var name = NameIn(parsed);
        var decided = await session.Get<SegmentHandler>().RemoveAsync(name, parsed.GetValue(CliCommand.Operator)!, ct);
        terminal.Result(
            new SegmentAnswer(name.Text, decided.Events.Count > 0, Filter: null, decided.Position),
            t => t.Line(decided.Events.Count > 0 ? $"Segment {name} is removed." : $"Segment {name} was removed already."));
    }

    static async Task ListAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var segments = await session.Get<SegmentQueries>().ListAsync(ct);
        terminal.Result(segments, t => t.Table(
            ["name", "conditions", "defined", "by", "changed", "by"],
            segments.Select(segment => (IReadOnlyList<string>)
            [
                segment.Name, string.Join("; ", SegmentOptions.Tell(segment.Filter)), Terminal.Time(segment.DefinedAt), segment.DefinedBy,
                Terminal.Time(segment.ChangedAt), segment.ChangedBy ?? "",
            ])));
    }

    static async Task ShowAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var name = NameIn(parsed);
        var filter = await session.Get<SegmentQueries>().GetAsync(name, ct);
        terminal.Result(new SegmentRequest(name.Text, filter), t => Write(t, filter));
    }

    static async Task CountAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var name = NameIn(parsed);
        var count = await session.Get<SegmentQueries>().CountAsync(name, ct);
        terminal.Result(count, t => t.Line($"{Terminal.Number(count.Contacts)} contacts, {Terminal.Number(count.Available)} of them available."));
        if (session.Get<LowAvailability>().Warning(SelectionKind.Segment, $"segment {name}", count.Available) is { } warning)
            terminal.Warn(warning.Message);
    }

    static async Task ContactsAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var page = await session.Get<SegmentQueries>().PageAsync(NameIn(parsed), parsed.GetValue(Limit), parsed.GetValue(Cursor), ct);
        terminal.Result(page, t =>
        {
            t.Table(
                ["phone", "status", "name", "city", "state", "carrier", "sent#"],
                page.Contacts.Select(contact => (IReadOnlyList<string>)
                [
                    contact.PhoneE164, contact.Status, contact.FullName ?? "", contact.City ?? "", contact.StateCode ?? "", contact.Carrier ?? "", Terminal.Number(contact.SendCount),
                ]));
            if (page.Cursor is { } next)
                t.Line($"There are more: --cursor {next}");
        });
    }

    static void Write(Terminal terminal, SegmentFilter filter)
    {
        foreach (var condition in SegmentOptions.Tell(filter))
            terminal.Line($"  {condition}");
    }

    static SegmentName NameIn(ParseResult parsed) => SegmentName.Parse(parsed.GetValue(Name));
}
