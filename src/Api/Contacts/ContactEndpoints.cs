using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Api.Http;
using Padron.Application;
using Padron.Application.Contacts;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;

namespace Padron.Api.Contacts;

/// <param name="Reason">In the person's or the operator's words.</param>
/// <param name="At">When the person asked (UTC); now, unless given.</param>
sealed record OptOutRequest(string? Reason = null, DateTimeOffset? At = null);

/// <param name="Evidence">Proof of consent: who, where, in what words.</param>
/// <param name="At">When the person consented (UTC); now, unless given.</param>
sealed record OptInRequest(string Evidence, DateTimeOffset? At = null);

/// <param name="Carrier">The carrier, where known.</param>
/// <param name="Evidence">What the verification rests on.</param>
sealed record VerifyRequest(string? Carrier = null, string? Evidence = null);

sealed record InvalidateRequest(InvalidationReason Reason);

/// <param name="MessageId">The sender's id of the message: the same one again changes nothing. A new one, unless given.</param>
/// <param name="ProviderId">The provider's id of it.</param>
/// <param name="CampaignId">The campaign it belongs to.</param>
/// <param name="At">When the provider accepted it (UTC); now, unless given.</param>
sealed record SentRequest(string? MessageId = null, string? ProviderId = null, Guid? CampaignId = null, DateTimeOffset? At = null);

/// <summary>A contact to add. What is not given is unknown, but for city and state, which are the LADA's.</summary>
sealed record RegisterRequest(
    string Phone, string? FullName = null, string? Address = null, string? Neighborhood = null, string? Municipality = null, string? City = null, string? State = null);

/// <summary>Details to correct: what is absent stays, an empty string clears.</summary>
sealed record CorrectRequest(
    string? FullName = null, string? Address = null, string? Neighborhood = null, string? Municipality = null, string? City = null, string? State = null);

/// <summary>How a contact stands after a command.</summary>
/// <param name="Phone">E.164.</param>
/// <param name="Changed">False when there was nothing new to say.</param>
/// <param name="Status">Derived from all its facts.</param>
/// <param name="Position">Of the last event appended; also in the header Padron-Position. Null when nothing changed.</param>
sealed record ContactChange(string Phone, bool Changed, ContactStatus Status, long? Position);

/// <summary><c>/v1/contacts</c>. The number in a path may be E.164 or any form people write, with + as %2B.</summary>
static class ContactEndpoints
{
    const string Client = "api"; // until there are users

    public static void MapContacts(this IEndpointRouteBuilder api)
    {
        var contacts = api.MapGroup("/contacts").WithTags("Contacts");
        contacts.MapGet("/{phone}", Get).WaitsForContacts().WithSummary("A contact as the read model shows it.");
        contacts.MapGet("/{phone}/history", History).WithSummary("Everything that ever happened to a contact, oldest first.");
        contacts.MapGet("/{phone}/state", State).WaitsForContacts().WithSummary("What a contact's facts were at a version of its stream, at a position or at the end of a day.");
        contacts.MapPost("/", Register).WithSummary("Adds one contact. A number that is in the register already is refused.");
        contacts.MapPost("/{phone}/correct", Correct).WithSummary("Corrects name, address or place: what is absent stays, an empty string clears.");
        contacts.MapPost("/{phone}/opt-out", OptOut).WithSummary("Stops all messages to a number, known or not. Safe to repeat.");
        contacts.MapPost("/{phone}/opt-in", OptIn).WithSummary("Records renewed consent.");
        contacts.MapPost("/{phone}/sent", Sent).WithSummary("Records that a message to it was accepted by the provider, by whatever tool. Safe to repeat with a messageId.");
        contacts.MapPost("/{phone}/verify", Verify).WithSummary("Records that the line is a mobile: an operator knows.");
        contacts.MapPost("/{phone}/invalidate", Invalidate).WithSummary("Records that the number is out of service or impossible.");
    }

    static async Task<Ok<ContactDocument>> Get(PhoneNumber phone, GetContact query, CancellationToken ct) =>
        TypedResults.Ok(await query.GetAsync(phone, ct) ?? throw Unknown());

    static async Task<Ok<IReadOnlyList<HistoryEntry>>> History(PhoneNumber phone, ContactHistory query, CancellationToken ct) =>
        await query.GetAsync(phone, ct) is { Count: > 0 } history ? TypedResults.Ok(history) : throw Unknown();

    /// <param name="version">Inclusive; the newest unless given.</param>
    /// <param name="asOf">Instead of a version: a position among all events, or a day, which is its end in Mexico City.</param>
    static async Task<Ok<Contact>> State(PhoneNumber phone, HttpContext http, ContactHistory query, CancellationToken ct, long? version = null, string? asOf = null)
    {
        if (version is not null && asOf is not null)
            throw new FormatException("Give version= or asOf=, not both.");
        var state = await Positions.AsOfAsync(http, asOf, ct) is { } position
            ? await query.StateAsOfAsync(phone, position, ct)
            : await query.StateAsync(phone, version ?? long.MaxValue, ct);
        return state.Exists ? TypedResults.Ok(state) : throw Unknown();
    }

    static async Task<Created<ContactChange>> Register(RegisterRequest request, HttpContext http, RegisterContactHandler handler, CancellationToken ct)
    {
        var phone = PhoneNumber.Parse(request.Phone);
        var contact = new NewContact(
            phone, request.Phone, request.FullName, request.Address, request.Neighborhood, request.Municipality, request.City, request.State);
        var decided = await handler.HandleAsync(contact, Client, ct);
        return TypedResults.Created($"/v1/contacts/{(phone.IsMexican ? $"{phone.MexicanNational}" : Uri.EscapeDataString(phone.ToString()))}", Change(phone, decided, http));
    }

    static Task<Ok<ContactChange>> Correct(PhoneNumber phone, CorrectRequest request, HttpContext http, ContactStreams contacts, TimeProvider clock, CancellationToken ct) =>
        ExecuteAsync(
            phone,
            new CorrectContact(request.FullName, request.Address, request.Neighborhood, request.Municipality, request.City, request.State, Client, clock.GetUtcNow()),
            ContactDecider.Decide, http, contacts, ct);

    static Task<Ok<ContactChange>> OptOut(PhoneNumber phone, OptOutRequest? request, HttpContext http, ContactStreams contacts, TimeProvider clock, CancellationToken ct) =>
        ExecuteAsync(phone, new OptOutContact(phone, OptOutMethod.Api, request?.Reason, Client, request?.At ?? clock.GetUtcNow()), ContactDecider.Decide, http, contacts, ct);

    static Task<Ok<ContactChange>> OptIn(PhoneNumber phone, OptInRequest request, HttpContext http, ContactStreams contacts, TimeProvider clock, CancellationToken ct) =>
        ExecuteAsync(phone, new OptInContact(phone, request.Evidence, Client, request.At ?? clock.GetUtcNow()), ContactDecider.Decide, http, contacts, ct);

    static Task<Ok<ContactChange>> Verify(PhoneNumber phone, VerifyRequest? request, HttpContext http, ContactStreams contacts, TimeProvider clock, CancellationToken ct) =>
        ExecuteAsync(phone, new VerifyContact(VerificationMethod.Manual, request?.Carrier, request?.Evidence, clock.GetUtcNow()), ContactDecider.Decide, http, contacts, ct);

    static Task<Ok<ContactChange>> Invalidate(PhoneNumber phone, InvalidateRequest request, HttpContext http, ContactStreams contacts, TimeProvider clock, CancellationToken ct) =>
        ExecuteAsync(phone, new InvalidateContact(request.Reason, clock.GetUtcNow()), ContactDecider.Decide, http, contacts, ct);

    static Task<Ok<ContactChange>> Sent(PhoneNumber phone, SentRequest? request, HttpContext http, ContactStreams contacts, TimeProvider clock, CancellationToken ct) =>
        ExecuteAsync(
            phone,
            new RecordSent(request?.CampaignId, request?.MessageId ?? $"{Guid.CreateVersion7()}", request?.ProviderId, request?.At ?? clock.GetUtcNow()),
            ContactDecider.Decide, http, contacts, ct);

    static async Task<Ok<ContactChange>> ExecuteAsync<TCommand>(
        PhoneNumber phone, TCommand command, Func<TCommand, Contact, ContactEvent[]> decide, HttpContext http, ContactStreams contacts, CancellationToken ct)
    {
        var decided = await contacts.ExecuteAsync(phone, command, decide, new EventMetadata(User: Client, CorrelationId: http.TraceIdentifier), ct);
        return TypedResults.Ok(Change(phone, decided, http));
    }

    static ContactChange Change(PhoneNumber phone, Decided<Contact> decided, HttpContext http)
    {
        http.Response.Tell(decided.Position);
        return new(phone.ToString(), decided.Events.Count > 0, decided.State.Status, decided.Position);
    }

    static RuleViolationException Unknown() => new("contact_unknown", "The register does not know this number.");
}
