using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;

namespace Padron.Application.Contacts;

/// <summary>Contacts by their number: the number finds the stream, through the installation's key.</summary>
public sealed class ContactStreams(Streams streams, ContactKey key)
{
    public Guid IdOf(PhoneNumber phone) => key.IdOf(phone);

    public Task<Contact> LoadAsync(PhoneNumber phone, CancellationToken ct = default) =>
        streams.LoadAsync(key.IdOf(phone), Contact.Stranger, ContactDecider.Evolve, ct);

    /// <summary>Gives a contact a command.</summary>
    /// <param name="phone">The contact.</param>
    /// <param name="command">What is wanted.</param>
    /// <param name="decide">The rule for it: one of <see cref="ContactDecider"/>.</param>
    /// <param name="metadata">Who commands.</param>
    /// <param name="ct">Cancels before the append.</param>
    /// <exception cref="Domain.RuleViolationException">The rules refuse it.</exception>
    public Task<Decided<Contact>> ExecuteAsync<TCommand>(
        PhoneNumber phone, TCommand command, Func<TCommand, Contact, ContactEvent[]> decide, EventMetadata metadata, CancellationToken ct = default) =>
        streams.ExecuteAsync(key.IdOf(phone), Contact.Stranger, ContactDecider.Evolve, contact => decide(command, contact), metadata, ct);
}
