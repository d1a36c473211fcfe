using System.CommandLine;
using Padron.Api.Cli;
using Padron.Api.Search;
using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Contacts;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;

namespace Padron.Api.Contacts;

/// <summary><c>padron contact …</c></summary>
static class ContactCommands
{
    static readonly Argument<string> Phone = new("PHONE") { Description = "The number, in any form people write it." };
    static readonly Option<string?> Reason = new("--reason") { Description = "In the person's or your own words." };
    static readonly Option<string> Evidence = new("--evidence") { Description = "Proof of consent: who consented, where, in what words.", Required = true };

    static readonly Option<string?> Name = new("--name") { Description = "Name of the person or company." };
    static readonly Option<string?> Address = new("--address") { Description = "Street and number." };
    static readonly Option<string?> Neighborhood = new("--neighborhood") { Description = "Colonia." };
    static readonly Option<string?> Municipality = new("--municipality") { Description = "Municipio, or alcaldía in Mexico City." };
    static readonly Option<string?> City = new("--city") { Description = "City; when adding, by default that of the LADA." };
    static readonly Option<string?> State = new("--state") { Description = "State, by name or code; when adding, by default that of the LADA." };
    static readonly Option<string?> Carrier = new("--carrier") { Description = "The carrier of the line." };
    static readonly Option<string?> Finding = new("--evidence") { Description = "How you know that the line is a mobile." };
    static readonly Option<string> Cause = new Option<string>("--reason") { Description = "out_of_service or impossible.", Required = true }.AcceptOnlyFromAmong("out_of_service", "impossible");

    static readonly Option<string?> Message = new("--message") { Description = "Your id of the message: the same one again changes nothing. A new one, unless given." };
    static readonly Option<string?> Provider = new("--provider") { Description = "The provider's id of the message." };
    static readonly Option<Guid?> Campaign = new("--campaign") { Description = "The campaign it belongs to." };
    static readonly Option<DateTimeOffset?> At = Moments.Option("--at", "When the provider accepted it, as 2026-11-20T09:30:00-06:00; now, unless given.");

    static readonly Option<AsOf?> When = AsOfOption.Create();

    static readonly Option<string?>[] Details = [Name, Address, Neighborhood, Municipality, City, State];

    public static Command Create() => CliCommand.Group(
        "contact", "One contact, by its number.",
        CliCommand.Create("show", "Show what the register knows of a contact, or knew.", [Phone, When], ShowAsync),
        SearchCommands.Create(),
        CliCommand.Create("history", "Tell everything that ever happened to a contact.", [Phone], HistoryAsync),
        CliCommand.Create("add", "Add a contact that is not in the register.", [Phone, .. Details], AddAsync),
        CreateCorrect(),
        CliCommand.Create("verify", "Record that the line is a mobile, whatever was thought of it before.", [Phone, Carrier, Finding], VerifyAsync),
        CliCommand.Create("invalidate", "Record that the number is out of service or can't be.", [Phone, Cause], InvalidateAsync),
        CliCommand.Create("sent", "Record that a message to it was accepted by the provider, by whatever tool.", [Phone, Message, Provider, Campaign, At], SentAsync),
        CliCommand.Create("opt-out", "Stop all messages to a number, known or not. Safe to repeat.", [Phone, Reason], OptOutAsync),
        CliCommand.Create("opt-in", "Record renewed consent.", [Phone, Evidence], OptInAsync));

    static async Task ShowAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var phone = PhoneNumber.Parse(parsed.GetRequiredValue(Phone));
        await session.CatchUpAsync(terminal, ct);
        if (await session.PositionAsync(parsed.GetValue(When), ct) is { } position)
        {
            await ShowAsOfAsync(session, terminal, phone, position, ct);
            return;
        }

        var contact = await session.Get<GetContact>().GetAsync(phone, ct) ?? throw Unknown(phone);
        terminal.Result(contact, t => t.Table(
            ["field", "value"],
            new (string Field, string? Value)[]
            {
                ("phone", contact.PhoneE164), ("status", contact.Status), ("name", contact.FullName), ("address", contact.Address),
                ("neighborhood", contact.Neighborhood), ("municipality", contact.Municipality), ("city", contact.City), ("state", contact.StateName),
                ("LADA", contact.Lada), ("mobile", contact.IsMobile switch { true => "yes", false => "no", null => "unknown" }), ("carrier", contact.Carrier),
                ("as in the source", contact.PhoneOriginal), ("extracted", Terminal.Time(contact.ExtractedAt)), ("by extraction", contact.ExtractionId?.ToString()),
                ("opted out", Terminal.Time(contact.OptOutAt)), ("opt-out by", contact.OptOutMethod),
                ("messages sent", contact.SendCount == 0 ? null : Terminal.Number(contact.SendCount)), ("last sent", Terminal.Time(contact.LastSentAt)), ("id", contact.Id.ToString()),
                ("version", Terminal.Number(contact.Version)),
            }.Where(row => row.Value is { Length: > 0 }).Select(row => (IReadOnlyList<string>)[row.Field, row.Value!])));
    }

    // Told by the contact's stream, so it has what decisions rest on, and not the dates beside.
    static async Task ShowAsOfAsync(Session session, Terminal terminal, PhoneNumber phone, long position, CancellationToken ct)
    {
        var contact = await session.Get<ContactHistory>().StateAsOfAsync(phone, position, ct) is { Exists: true } known ? known : throw Unknown(phone);
        terminal.Result(contact, t => t.Table(
            ["field", "value"],
            new (string Field, string? Value)[]
            {
                ("phone", phone.ToString()), ("as of position", Terminal.Number(position)), ("status", contact.Status.ToString()), ("in the register", contact.IsRegistered ? "yes" : "no"),
                ("name", contact.Details?.FullName), ("address", contact.Details?.Address), ("neighborhood", contact.Details?.Neighborhood),
                ("municipality", contact.Details?.Municipality), ("city", contact.Details?.City), ("state", contact.Details?.StateCode),
                ("mobile", contact.Line switch { LineType.Mobile => "yes", LineType.Fixed => "no", _ => "unknown" }), ("by extraction", contact.ExtractionId?.ToString()),
                ("messages sent", contact.Sent is { } sent ? Terminal.Number(sent.Count) : null), ("last sent", Terminal.Time(contact.Sent?.LastAt)),
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

    static Command CreateCorrect()
    {
        var correct = CliCommand.Create("correct", "Correct what is known of a contact. What is not given stays; \"\" takes away what was known.", [Phone, .. Details], CorrectAsync);
        correct.Validators.Add(result =>
        {
            if (Details.All(option => result.GetValue(option) is null))
                result.AddError($"Say what to correct: {string.Join(", ", Details.Select(option => option.Name))}.");
        });
        return correct;
    }

    static async Task AddAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var written = parsed.GetRequiredValue(Phone);
        var contact = new NewContact(
            PhoneNumber.Parse(written), written, parsed.GetValue(Name), parsed.GetValue(Address), parsed.GetValue(Neighborhood), parsed.GetValue(Municipality),
            parsed.GetValue(City), parsed.GetValue(State));
        Write(terminal, contact.Phone, await session.Get<RegisterContactHandler>().HandleAsync(contact, parsed.GetValue(CliCommand.Operator), ct), "added");
    }

    static Task CorrectAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new CorrectContact(
            parsed.GetValue(Name), parsed.GetValue(Address), parsed.GetValue(Neighborhood), parsed.GetValue(Municipality), parsed.GetValue(City),
            parsed.GetValue(State), parsed.GetValue(CliCommand.Operator), session.Get<TimeProvider>().GetUtcNow());
        return ExecuteAsync(session, terminal, parsed, command, ContactDecider.Decide, "corrected", ct);
    }

    static Task VerifyAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new VerifyContact(VerificationMethod.Manual, parsed.GetValue(Carrier), parsed.GetValue(Finding), session.Get<TimeProvider>().GetUtcNow());
        return ExecuteAsync(session, terminal, parsed, command, ContactDecider.Decide, "verified", ct);
    }

    static Task InvalidateAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var reason = parsed.GetValue(Cause) is "impossible" ? InvalidationReason.Impossible : InvalidationReason.OutOfService;
        return ExecuteAsync(session, terminal, parsed, new InvalidateContact(reason, session.Get<TimeProvider>().GetUtcNow()), ContactDecider.Decide, "invalidated", ct);
    }

    static Task SentAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new RecordSent(
            parsed.GetValue(Campaign), parsed.GetValue(Message) ?? $"{Guid.CreateVersion7()}", parsed.GetValue(Provider),
            parsed.GetValue(At) ?? session.Get<TimeProvider>().GetUtcNow());
        return ExecuteAsync(session, terminal, parsed, command, ContactDecider.Decide, "recorded as sent", ct);
    }

    static Task OptOutAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new OptOutContact(
            PhoneNumber.Parse(parsed.GetRequiredValue(Phone)), OptOutMethod.Cli, parsed.GetValue(Reason), parsed.GetValue(CliCommand.Operator),
            session.Get<TimeProvider>().GetUtcNow());
        return ExecuteAsync(session, terminal, parsed, command, ContactDecider.Decide, "opted out", ct);
    }

    static Task OptInAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var command = new OptInContact(
            PhoneNumber.Parse(parsed.GetRequiredValue(Phone)), parsed.GetRequiredValue(Evidence), parsed.GetValue(CliCommand.Operator), session.Get<TimeProvider>().GetUtcNow());
        return ExecuteAsync(session, terminal, parsed, command, ContactDecider.Decide, "opted in", ct);
    }

    static async Task ExecuteAsync<TCommand>(
        Session session, Terminal terminal, ParseResult parsed, TCommand command, Func<TCommand, Contact, ContactEvent[]> decide, string done, CancellationToken ct)
    {
        var phone = PhoneNumber.Parse(parsed.GetRequiredValue(Phone));
        var metadata = new EventMetadata(User: parsed.GetValue(CliCommand.Operator));
        Write(terminal, phone, await session.Get<ContactStreams>().ExecuteAsync(phone, command, decide, metadata, ct), done);
    }

    // The status beside it: a contact that is verified may still be opted out.
    static void Write(Terminal terminal, PhoneNumber phone, Decided<Contact> decided, string done)
    {
        var changed = decided.Events.Count > 0;
        terminal.Result(
            new { phone = phone.ToString(), changed, status = decided.State.Status, position = decided.Position },
            t => t.Line($"{phone} {(changed ? $"is {done}" : $"was {done} already: nothing changed")}. Its status is {decided.State.Status}."));
    }

    static RuleViolationException Unknown(PhoneNumber phone) => new("contact_unknown", $"The register knows nothing of {phone}.");
}
