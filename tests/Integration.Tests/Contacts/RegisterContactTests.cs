using Padron.Application;
using Padron.Application.Contacts;
using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;

namespace Padron.Integration.Tests.Contacts;

/// <summary>Contacts that are added by hand.</summary>
public sealed class RegisterContactTests : IAsyncLifetime
{
    readonly PadronDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_contact_is_added_with_what_the_plan_says_of_its_line()
    {
        await database.Get<NumberingPlanStore>().ReplaceAsync(
            NumberingPlan.From([new(9991230000, 9991239999, LineType.Mobile, "TELCEL"), new(5512340000, 5512349999, LineType.Fixed, "TELMEX")]),
            new("pnn-test", "plan.csv", 2, DateTimeOffset.UnixEpoch));

        (await AddAsync(9991234567)).State.Status.ShouldBe(ContactStatus.Verified);
        (await AddAsync(5512345678)).State.Status.ShouldBe(ContactStatus.NotMobile);
        (await AddAsync(3312345678)).State.Status.ShouldBe(ContactStatus.Unverified);

        await database.CatchUpAsync();
        var contact = (await database.Get<GetContact>().GetAsync(PhoneNumber.Mexican(9991234567))).ShouldNotBeNull();
        (contact.Status, contact.Carrier, contact.FullName, contact.City, contact.StateCode, contact.Lada, contact.PhoneOriginal)
            .ShouldBe(("VERIFIED", "TELCEL", "ANA PEÑA", "Mérida", "YUC", "999", "999 123 4567"));
        (await database.Store.ReadStreamAsync(contact.Id))[1].Data.ShouldBeOfType<ContactVerified>().Evidence.ShouldBe("pnn-test");
    }

    [Fact]
    public async Task Without_a_plan_nothing_is_known_of_the_line()
    {
        (await AddAsync(9991234567)).Events.ShouldHaveSingleItem().ShouldBeOfType<ContactRegistered>().RegisteredBy.ShouldBe("ana");
        (await database.Contacts.LoadAsync(PhoneNumber.Mexican(9991234567))).Status.ShouldBe(ContactStatus.Unverified);
    }

    [Fact]
    public async Task Of_two_who_add_the_same_number_at_once_one_is_told_that_it_exists()
    {
        var codes = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            try
            {
                await AddAsync(5512345678);
                return "added";
            }
            catch (RuleViolationException refused)
            {
                return refused.Code;
            }
        }));

        codes.Order().ShouldBe(["added", "contact_exists"]);
    }

    [Fact]
    public async Task A_state_that_does_not_exist_is_refused_and_nothing_is_added()
    {
        var contact = new NewContact(PhoneNumber.Mexican(5512345678), null, State: "Atlantis");
        (await Should.ThrowAsync<RuleViolationException>(() => database.Get<RegisterContactHandler>().HandleAsync(contact, "ana"))).Code.ShouldBe("place_unknown");
        (await database.Contacts.LoadAsync(contact.Phone)).ShouldBe(Contact.Stranger);
    }

    [Fact]
    public async Task An_import_takes_a_contact_that_was_added_by_hand_for_one_it_knows()
    {
        using var file = new ContactFile().Add("5512345678", "OTRA").Add("55 1234 5678", "MAS").Add("5512345679", "NUEVA");
        await AddAsync(5512345678);

        var tally = (await database.ImportAsync(file.Path)).Tally;

        (tally.Imported, tally.AlreadyKnown, tally.Duplicates).ShouldBe((1, 2, 0));
        await database.CatchUpAsync();
        (await database.Get<GetContact>().GetAsync(PhoneNumber.Mexican(5512345678))).ShouldNotBeNull().FullName.ShouldBe("ANA PEÑA");
    }

    Task<Decided<Contact>> AddAsync(long national) => database.Get<RegisterContactHandler>().HandleAsync(
        new NewContact(PhoneNumber.Mexican(national), $"{national:000 000 0000}", FullName: " ANA  PEÑA "), "ana");
}
