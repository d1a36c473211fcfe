using Padron.Application.Contacts;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Contacts;

/// <summary>Contacts by their number on a real event store. Each test has a number of its own.</summary>
public sealed class ContactStreamsTests(PadronDatabase database) : IClassFixture<PadronDatabase>
{
    static readonly DateTimeOffset At = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    [Fact]
    public async Task A_stranger_that_opted_out_stays_so_when_an_import_brings_its_number()
    {
        var phone = PhoneNumber.Mexican(5510000001);
        await ExecuteAsync(phone, Stop(phone), ContactDecider.Decide);
        await database.CatchUpAsync();
        var stranger = (await database.Get<GetContact>().GetAsync(phone)).ShouldNotBeNull();
        (stranger.Status, stranger.FullName, stranger.Lada).ShouldBe(("OPTED_OUT", null, null));

        (await ExecuteAsync(phone, Row(phone), ContactDecider.Decide)).State.Status.ShouldBe(ContactStatus.OptedOut);
        await database.CatchUpAsync();
        var imported = (await database.Get<GetContact>().GetAsync(phone)).ShouldNotBeNull();
        (imported.Status, imported.FullName, imported.Lada, imported.IsMobile).ShouldBe(("OPTED_OUT", "ANA PEÑA", "55", true));
    }

    [Fact]
    public async Task Sixteen_opt_outs_at_once_are_one_event_and_nobody_is_turned_away()
    {
        var phone = PhoneNumber.Mexican(5510000002);

        var decided = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ExecuteAsync(phone, Stop(phone), ContactDecider.Decide)));

        decided.ShouldAllBe(d => d.State.Status == ContactStatus.OptedOut);
        decided.Count(d => d.Events.Count > 0).ShouldBe(1);
        (await database.Store.ReadStreamAsync(PadronDatabase.Key.IdOf(phone))).ShouldHaveSingleItem().Data
            .ShouldBe(new ContactOptedOut(phone, OptOutMethod.SmsKeyword, "ALTO", "gateway", At));
    }

    [Fact]
    public async Task Of_two_extractions_at_once_one_gets_the_contact_and_the_other_a_reason()
    {
        var phone = PhoneNumber.Mexican(5510000003);
        await ExecuteAsync(phone, Row(phone), ContactDecider.Decide);

        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            try
            {
                await ExecuteAsync(phone, new ExtractContact(Guid.NewGuid(), At), ContactDecider.Decide);
            }
            catch (RuleViolationException refusal) when (refusal.Code == "contact_not_available")
            {
                Interlocked.Increment(ref refused);
            }
        }));

        refused.ShouldBe(1);
        (await database.Store.ReadStreamAsync(PadronDatabase.Key.IdOf(phone))).Count(stored => stored.Data is ContactExtracted).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_decided_tells_the_position_at_which_it_can_be_read()
    {
        var phone = PhoneNumber.Mexican(5510000004);
        var metadata = new EventMetadata(User: "ana", CorrelationId: "c-1");

        var decided = await database.Contacts.ExecuteAsync(phone, Row(phone), ContactDecider.Decide, metadata);

        var stored = await database.Store.ReadStreamAsync(database.Contacts.IdOf(phone));
        stored.Select(e => e.Data).ShouldBe(decided.Events);
        stored.Select(e => e.Version).ShouldBe([1, 2]);
        stored.ShouldAllBe(e => e.UserName == metadata.User && e.CorrelationId == metadata.CorrelationId);
        decided.Position.ShouldBe(stored[^1].Sequence);
        (await database.Contacts.LoadAsync(phone)).ShouldBe(decided.State);
    }

    [Fact]
    public async Task A_repeated_or_refused_command_writes_nothing()
    {
        var phone = PhoneNumber.Mexican(5510000005);
        await Should.ThrowAsync<RuleViolationException>(() => ExecuteAsync(phone, new VerifyContact(VerificationMethod.Manual, null, null, At), ContactDecider.Decide));
        (await database.Contacts.LoadAsync(phone)).ShouldBe(Contact.Stranger);

        await ExecuteAsync(phone, Stop(phone), ContactDecider.Decide);
        var repeated = await ExecuteAsync(phone, Stop(phone), ContactDecider.Decide);

        (repeated.Events.Count, repeated.Position).ShouldBe((0, null));
        (await database.Store.ReadStreamAsync(database.Contacts.IdOf(phone))).Count.ShouldBe(1);
    }

    Task<Application.Decided<Contact>> ExecuteAsync<TCommand>(PhoneNumber phone, TCommand command, Func<TCommand, Contact, ContactEvent[]> decide) =>
        database.Contacts.ExecuteAsync(phone, command, decide, EventMetadata.None);

    static OptOutContact Stop(PhoneNumber phone) => new(phone, OptOutMethod.SmsKeyword, "ALTO", "gateway", At);

    static ImportContact Row(PhoneNumber phone) => new(
        phone, LadaInferred: false, new(FullName: "ANA PEÑA", StateCode: "CDMX"), MarkedInvalid: false,
        new NumberingBlock(phone.MexicanNational, phone.MexicanNational, LineType.Mobile, "TELCEL"), "pnn-test", Guid.CreateVersion7(), 1, At);
}
