using Padron.Application.Contacts;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Contacts;

/// <summary>Numbers of other countries: in the register, and never handed out.</summary>
public sealed class ForeignContactTests : IAsyncLifetime
{
    static readonly PhoneNumber Phone = PhoneNumber.Parse("+57 300 123 4567");

    readonly PadronDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_number_of_another_country_is_registered_found_and_opts_out()
    {
        await database.Get<RegisterContactHandler>().HandleAsync(new NewContact(Phone, "+57 300 123 4567", "ANA PEÑA", State: "CDMX"), "ana");
        await database.Contacts.ExecuteAsync(
            Phone, new OptOutContact(Phone, OptOutMethod.Api, "BAJA", "ana", DateTimeOffset.UnixEpoch), ContactDecider.Decide, new EventMetadata());
        await database.CatchUpAsync();

        var contact = (await database.Get<GetContact>().GetAsync(Phone)).ShouldNotBeNull();
        (contact.PhoneE164, contact.PhoneNational, contact.Lada, contact.City, contact.Status).ShouldBe(("+573001234567", null, null, null, "OPTED_OUT"));
    }

    [Fact]
    public async Task It_is_not_verified_so_it_never_becomes_available_also_where_its_owner_lives_in_Mexico()
    {
        await database.Get<RegisterContactHandler>().HandleAsync(new NewContact(Phone, "+57 300 123 4567", State: "CDMX"), "ana");

        var refused = await Should.ThrowAsync<RuleViolationException>(() => database.Contacts.ExecuteAsync(
            Phone, new VerifyContact(VerificationMethod.Manual, "CLARO", null, DateTimeOffset.UnixEpoch), ContactDecider.Decide, new EventMetadata()));
        await database.CatchUpAsync();

        refused.Code.ShouldBe("contact_abroad");
        (await database.ScalarAsync<long>("select count(*) from read.contact_states where status = 'VERIFIED'")).ShouldBe(0);
    }
}
