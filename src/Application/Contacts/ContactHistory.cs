using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;

namespace Padron.Application.Contacts;

/// <summary>One line of a contact's history.</summary>
/// <param name="Version">Place in the contact's stream.</param>
/// <param name="Position">Place among all events.</param>
/// <param name="Type">The event's name in the store.</param>
/// <param name="RecordedAt">When it was appended (UTC).</param>
/// <param name="User">Who caused it; null for the system.</param>
/// <param name="Sentence">What happened, for a person.</param>
/// <param name="Status">The contact's status after it.</param>
public sealed record HistoryEntry(long Version, long Position, string Type, DateTimeOffset RecordedAt, string? User, string Sentence, ContactStatus Status);

/// <summary>Everything that ever happened to a contact, read from its stream: no projection stands between.</summary>
public sealed class ContactHistory(EventSessions sessions, ContactStreams contacts)
{
    /// <returns>Oldest first; empty when nobody ever spoke of the number.</returns>
    public async Task<IReadOnlyList<HistoryEntry>> GetAsync(PhoneNumber phone, CancellationToken ct = default)
    {
        var contact = Contact.Stranger;
        var entries = new List<HistoryEntry>();
        foreach (var stored in await sessions.ReadStreamAsync(contacts.IdOf(phone), ct))
        {
            var sentence = Sentence((ContactEvent)stored.Data, contact);
            contact = ContactDecider.Evolve(contact, stored.Data);
            entries.Add(new(
                stored.Version, stored.Sequence, stored.EventTypeName, stored.Timestamp, stored.UserName,
                sentence, contact.Status));
        }

        return entries;
    }

    /// <summary>The contact's facts as they were at a version of its stream.</summary>
    /// <param name="phone">The contact.</param>
    /// <param name="version">Inclusive; beyond the end gives the newest.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns><see cref="Contact.Stranger"/> when nobody had spoken of the number by then.</returns>
    public async Task<Contact> StateAsync(PhoneNumber phone, long version, CancellationToken ct = default) =>
        (await sessions.ReadStreamAsync(contacts.IdOf(phone), ct))
            .TakeWhile(stored => stored.Version <= version)
            .Aggregate(Contact.Stranger, (state, stored) => ContactDecider.Evolve(state, stored.Data));

    /// <summary>The contact's facts as they were at a position among all events.</summary>
    /// <param name="phone">The contact.</param>
    /// <param name="position">Inclusive.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns><see cref="Contact.Stranger"/> when nobody had spoken of the number by then.</returns>
    public async Task<Contact> StateAsOfAsync(PhoneNumber phone, long position, CancellationToken ct = default) =>
        (await sessions.ReadStreamAsync(contacts.IdOf(phone), ct))
            .TakeWhile(stored => stored.Sequence <= position)
            .Aggregate(Contact.Stranger, (state, stored) => ContactDecider.Evolve(state, stored.Data));

    static string Sentence(ContactEvent @event, Contact before) => @event switch
    {
        ContactRegistered e => $"Added to the register{(e.RegisteredBy is { } by ? $" by {by}" : "")}.",
        ContactDetailsChanged { ImportId: { } import, SourceRow: { } row } e => $"Details changed by row {row:N0} of import {import}: {Changes(before.Details ?? new(), e.Details)}.",
        ContactDetailsChanged { ImportId: not null } e => $"A later import was rolled back, and with it what it changed: {Changes(before.Details ?? new(), e.Details)}.",
        ContactDetailsChanged e => $"Details corrected: {Changes(before.Details ?? new(), e.Details)}.",
        ContactImported e => $"Imported from row {e.SourceRow:N0} of import {e.ImportId}{(e.LadaInferred ? "; its LADA was completed from the row" : "")}.",
        ContactVerified e => $"Verified as a mobile line by {Words(e.Method)}{Of(e.Carrier)}.",
        ContactNotMobile e => $"Found not to be a mobile line by {Words(e.Method)}{Of(e.Carrier)}.",
        ContactInvalidated e => $"Invalidated: {Words(e.Reason)}.",
        ContactExtracted e => $"Handed out by extraction {e.ExtractionId}.",
        ContactReleased e => $"Given back by extraction {e.ExtractionId}, which {Words(e.Reason)}.",
        ContactSent e => $"Message {e.MessageId}{(e.CampaignId is { } campaign ? $" of campaign {campaign}" : "")} was accepted by the provider{(e.ProviderId is { } id ? $" as {id}" : "")}.",
        ContactWithdrawn e => $"Taken out of the register: import {e.ImportId} was rolled back.",
        ContactOptedOut e => $"Opted out through {Words(e.Method)}{(e.Reason is { } reason ? $": {reason}" : "")}.",
        ContactOptedIn e => $"Opted in again; evidence: {e.Evidence}.",
        _ => EventTypes.NameOf(@event.GetType()),
    };

    static string Of(string? carrier) => carrier is null ? "" : $" ({carrier})";

    static string Changes(ContactDetails before, ContactDetails after)
    {
        var changes = new (string Part, string? Before, string? After)[]
        {
            ("name", before.FullName, after.FullName), ("address", before.Address, after.Address), ("neighborhood", before.Neighborhood, after.Neighborhood),
            ("municipality", before.Municipality, after.Municipality), ("city", before.City, after.City), ("state", before.StateCode, after.StateCode),
        }.Where(part => part.Before != part.After).Select(part => $"{part.Part} {part.Before ?? "unknown"} → {part.After ?? "unknown"}").ToArray();
        return changes is [] ? "nothing that shows" : string.Join(", ", changes);
    }

    static string Words(ReleaseReason reason) => reason switch
    {
        ReleaseReason.ExtractionCancelled => "was cancelled",
        ReleaseReason.ExtractionFailed => "failed",
        _ => reason.ToString(),
    };

    static string Words(VerificationMethod method) => method switch
    {
        VerificationMethod.NumberingPlan => "the numbering plan",
        VerificationMethod.CarrierLookup => "a carrier look-up",
        VerificationMethod.Manual => "an operator",
        _ => method.ToString(),
    };

    static string Words(InvalidationReason reason) => reason switch
    {
        InvalidationReason.MarkedInvalidInSource => "the source marks the number as not valid",
        InvalidationReason.OutOfService => "out of service",
        InvalidationReason.Impossible => "there can be no such number",
        _ => reason.ToString(),
    };

    static string Words(OptOutMethod method) => method switch
    {
        OptOutMethod.SmsKeyword => "an SMS keyword",
        OptOutMethod.Api => "the API",
        OptOutMethod.TelegramBot => "the Telegram bot",
        OptOutMethod.Panel => "the web panel",
        OptOutMethod.Provider => "the SMS provider",
        OptOutMethod.Complaint => "a complaint",
        OptOutMethod.Registry => "a suppression registry",
        OptOutMethod.Cli => "the command line",
        _ => method.ToString(),
    };
}
