using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;

namespace Padron.Application.Contacts;

/// <summary>A contact as a person wrote it down. What is not given is null.</summary>
/// <param name="Phone">The number.</param>
/// <param name="PhoneOriginal">The number as it was written.</param>
/// <param name="FullName">Name of the person or company.</param>
/// <param name="Address">Street and number.</param>
/// <param name="Neighborhood">Colonia.</param>
/// <param name="Municipality">Municipio.</param>
/// <param name="City">By default the main city of the number's LADA.</param>
/// <param name="State">By name, code or alias; by default the LADA's.</param>
public sealed record NewContact(
    PhoneNumber Phone, string? PhoneOriginal, string? FullName = null, string? Address = null, string? Neighborhood = null, string? Municipality = null,
    string? City = null, string? State = null);

/// <summary>Adds one contact by hand. As in an import, the numbering plan, where one is loaded, says what its line is.</summary>
public sealed class RegisterContactHandler(ContactStreams contacts, NumberingPlanStore plans, TimeProvider clock)
{
    /// <exception cref="RuleViolationException"><c>contact_exists</c>, <c>place_unknown</c></exception>
    public async Task<Decided<Contact>> HandleAsync(NewContact contact, string? by, CancellationToken ct = default)
    {
        var state = string.IsNullOrWhiteSpace(contact.State) ? null : MexicanStates.Named(contact.State);
        var details = ContactDetails.Of(
            contact.Phone, contact.PhoneOriginal, contact.FullName, contact.Address, contact.Neighborhood, contact.Municipality, state, contact.City);
        var line = await plans.FindAsync(contact.Phone, ct);
        var plan = await plans.InfoAsync(ct);
        var command = new RegisterContact(contact.Phone, details, line, plan?.Version, by, clock.GetUtcNow());
        return await contacts.ExecuteAsync(contact.Phone, command, ContactDecider.Decide, new EventMetadata(User: by), ct);
    }
}
