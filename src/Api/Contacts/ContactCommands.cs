using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Contacts;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.EventStore;

namespace Padron.Api.Contacts;

/// <summary><c>padron contact …</c></summary>
static class ContactCommands
{
    static readonly Argument<string> Phone = new("PHONE") { Description = "The number, in any form people write it." };
    static readonly Option<string?> Reason = new("--reason") { Description = "In the person's or your own words." };
    static readonly Option<string> Evidence = new("--evidence") { Description = "Proof of consent: who consented, where, in what words.", Required = true };

    public static Command Create() => CliCommand.Group(
        "contact", "One contact, by its number.",
        CliCommand.Create("show", "Show what the register knows of a contact.", [Phone], ShowAsync),
        CliCommand.Create("history", "Tell everything that ever happened to a contact.", [Phone], HistoryAsync),
        CliCommand.Create("opt-out", "Stop all messages to a number, known or not. Safe to repeat.", [Phone, Reason], OptOutAsync),
        CliCommand.Create("opt-in", "Record renewed consent.", [Phone, Evidence], OptInAsync));

    static async Task ShowAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var phone = PhoneNumber.Parse(parsed.GetRequiredValue(Phone));
        await session.CatchUpAsync(terminal, ct);
        var contact = await session.Get<GetContact>().GetAsync(phone, ct) ?? throw Unknown(phone);
        terminal.Result(contact, t => t.Table(
            ["field", "value"],
            new (string Field, string? Value)[]
            {
                ("phone", contact.PhoneE164), ("status", contact.Status), ("name", contact.FullName), ("address", contact.Address),
                ("neighborhood", contact.Neighborhood), ("municipality", contact.Municipality), ("city", contact.City), ("state", contact.StateName),
                ("LADA", contact.Lada), ("mobile", contact.IsMobile switch { true => "yes", false => "no", null => "unknown" }), ("carrier", contact.Carrier),
                ("as in the source", contact.PhoneOriginal), ("extracted", Terminal.Time(contact.ExtractedAt)), ("by extraction", contact.ExtractionId?.ToString()),
                ("opted out", Terminal.Time(contact.OptOutAt)), ("opt-out by", contact.OptOutMethod), ("id", contact.Id.ToString()),
                ("version", Terminal.Number(contact.Version)),
            }.Where(row => row.Value is { Length: > 0 }).Select(row => (IReadOnlyList<string>)[row.Field, row.Value!])));
    }

    static async Task HistoryAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var phone = PhoneNumber.Parse(parsed.GetRequiredValue(Phone));
        var history = await session.Get<ContactHistory>().GetAsync(phone, ct);
        if (history.Count == 0)
            throw Unknown(phone);
        terminal.Result(history, t => t.Table(
            ["version#", "recorded", "what happened", "status after", "by"],
            history.Select(entry => (IReadOnlyList<string>)
                [Terminal.Number(entry.Version), Terminal.Time(entry.RecordedAt), entry.Sentence, entry.Status.ToString(), entry.User ?? ""])));
    }

    static Task OptOutAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new OptOutContact(
            PhoneNumber.Parse(parsed.GetRequiredValue(Phone)), OptOutMethod.Cli, parsed.GetValue(Reason), parsed.GetValue(CliCommand.Operator),
            session.Get<TimeProvider>().GetUtcNow());
        return ExecuteAsync(session, terminal, command.Phone, command, ContactDecider.Decide, command.By, "opted out", ct);
    }

    static Task OptInAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new OptInContact(
            PhoneNumber.Parse(parsed.GetRequiredValue(Phone)), parsed.GetRequiredValue(Evidence), parsed.GetValue(CliCommand.Operator), session.Get<TimeProvider>().GetUtcNow());
        return ExecuteAsync(session, terminal, command.Phone, command, ContactDecider.Decide, command.By, "opted in", ct);
    }

    static async Task ExecuteAsync<TCommand>(
        Session session, Terminal terminal, PhoneNumber phone, TCommand command, Func<TCommand, Contact, ContactEvent[]> decide, string? by, string done, CancellationToken ct)
    {
        var decided = await session.Get<ContactStreams>().ExecuteAsync(phone, command, decide, new EventMetadata(User: by), ct);
        var changed = decided.Events.Count > 0;
        terminal.Result(
            new { phone = phone.ToString(), changed, status = decided.State.Status, position = decided.Position },
            t => t.Line(changed ? $"{phone} is {done}." : $"{phone} was {done} already: nothing changed."));
    }

    static RuleViolationException Unknown(PhoneNumber phone) => new("contact_unknown", $"The register knows nothing of {phone}.");
}
