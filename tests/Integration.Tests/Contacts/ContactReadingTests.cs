using Padron.Application.Contacts;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Contacts;

/// <summary>One contact as people read it: its history from the stream, its present from the read model.</summary>
public sealed class ContactReadingTests(PadronDatabase database) : IClassFixture<PadronDatabase>
{
    static readonly DateTimeOffset At = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);
    static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000001");

    [Fact]
    public async Task A_history_tells_in_sentences_what_happened_and_the_status_after_it()
    {
        var phone = PhoneNumber.Mexican(5510000001);
        await AppendAsync(
            phone,
            new ContactOptedOut(phone, OptOutMethod.SmsKeyword, "ALTO", "gateway", At),
            new ContactImported(phone, LadaInferred: true, "55", new(), Id, SourceRow: 42, At),
            new ContactNotMobile(VerificationMethod.NumberingPlan, "TELMEX", "pnn-2026-08", At),
            new ContactOptedIn("Form on paper", "ana", At),
            new ContactVerified(VerificationMethod.CarrierLookup, "TELCEL", null, At),
            new ContactExtracted(Id, At),
            new ContactInvalidated(InvalidationReason.OutOfService, At),
            new ContactVerified(VerificationMethod.Manual, null, null, At),
            new ContactOptedOut(null, OptOutMethod.Panel, null, "ana", At));

        var history = await database.Get<ContactHistory>().GetAsync(phone);

        history.Select(entry => (entry.Sentence, entry.Status)).ShouldBe(
        [
            ("Opted out through an SMS keyword: ALTO.", ContactStatus.OptedOut),
            ($"Imported from row 42 of import {Id}; its LADA was completed from the row.", ContactStatus.OptedOut),
            ("Found not to be a mobile line by the numbering plan (TELMEX).", ContactStatus.OptedOut),
            ("Opted in again; evidence: Form on paper.", ContactStatus.NotMobile),
            ("Verified as a mobile line by a carrier look-up (TELCEL).", ContactStatus.Verified),
            ($"Handed out by extraction {Id}.", ContactStatus.Extracted),
            ("Invalidated: out of service.", ContactStatus.Invalid),
            ("Verified as a mobile line by an operator.", ContactStatus.Extracted),
            ("Opted out through the web panel.", ContactStatus.OptedOut),
        ]);
        history.Select(entry => entry.Version).ShouldBe(Enumerable.Range(1, 9).Select(version => (long)version));
        history.Select(entry => entry.Position).ShouldBeInOrder();
        history.Select(entry => entry.User).Distinct().ShouldBe(["ana"]);
        (history[0].Type, history[1].Type, history[^2].Type).ShouldBe(("contact_opted_out", "contact_imported", "contact_verified"));
    }

    [Fact]
    public async Task A_history_tells_what_was_done_by_hand_and_what_an_extraction_gave_back()
    {
        var phone = PhoneNumber.Mexican(5510000006);
        var details = new ContactDetails(FullName: "ANA", City: "Ciudad de México", StateCode: "CDMX");
        await AppendAsync(
            phone,
            new ContactRegistered(phone, "55", details, "luis", At),
            new ContactVerified(VerificationMethod.Manual, null, null, At),
            new ContactExtracted(Id, At),
            new ContactReleased(Id, ReleaseReason.ExtractionCancelled, At),
            new ContactExtracted(Id, At),
            new ContactOptedOut(null, OptOutMethod.Panel, null, "ana", At),
            new ContactReleased(Id, ReleaseReason.ExtractionFailed, At),
            new ContactSent(null, "m-1", null, At),
            new ContactSent(Id, "m-2", "SM2", At),
            new ContactDetailsChanged(details with { FullName = "ANA PEÑA", City = null, Neighborhood = "Centro" }, "ana", At));

        (await database.Get<ContactHistory>().GetAsync(phone)).Select(entry => (entry.Sentence, entry.Status)).ShouldBe(
        [
            ("Added to the register by luis.", ContactStatus.Unverified),
            ("Verified as a mobile line by an operator.", ContactStatus.Verified),
            ($"Handed out by extraction {Id}.", ContactStatus.Extracted),
            ($"Given back by extraction {Id}, which was cancelled.", ContactStatus.Verified),
            ($"Handed out by extraction {Id}.", ContactStatus.Extracted),
            ("Opted out through the web panel.", ContactStatus.OptedOut),
            ($"Given back by extraction {Id}, which failed.", ContactStatus.OptedOut),
            ("Message m-1 was accepted by the provider.", ContactStatus.OptedOut),
            ($"Message m-2 of campaign {Id} was accepted by the provider as SM2.", ContactStatus.OptedOut),
            ("Details corrected: name ANA → ANA PEÑA, neighborhood unknown → Centro, city Ciudad de México → unknown.", ContactStatus.OptedOut),
        ]);
    }

    [Fact]
    public async Task A_number_nobody_spoke_of_has_no_history_and_is_not_found()
    {
        var phone = PhoneNumber.Mexican(5510000002);
        (await database.Get<ContactHistory>().GetAsync(phone)).ShouldBeEmpty();
        (await database.Get<GetContact>().GetAsync(phone)).ShouldBeNull();
    }

    [Fact]
    public async Task A_contact_is_shown_with_all_that_is_known_of_it()
    {
        var phone = PhoneNumber.Mexican(9990000003);
        var details = new ContactDetails("999 000 0003", "ANA PEÑA", "Calle 5", "Centro", "Mérida", "YUC", "Mérida, Yucatán", At.AddYears(-2));
        await AppendAsync(
            phone,
            new ContactImported(phone, LadaInferred: false, "999", details, Id, SourceRow: 1, At),
            new ContactVerified(VerificationMethod.NumberingPlan, "TELCEL", "pnn-2026-08", At),
            new ContactExtracted(Id, At.AddDays(1)),
            new ContactSent(null, "m-1", null, At.AddDays(4)),
            new ContactSent(null, "m-2", null, At.AddDays(3)),
            new ContactOptedOut(null, OptOutMethod.Complaint, null, "ana", At.AddDays(2)));
        await database.CatchUpAsync();

        var contact = (await database.Get<GetContact>().GetAsync(phone)).ShouldNotBeNull();

        var recorded = (await database.Store.ReadStreamAsync(PadronDatabase.Key.IdOf(phone)))[0].Timestamp;
        contact.ShouldBe(new ContactDocument(
            PadronDatabase.Key.IdOf(phone), "+529990000003", "9990000003", "999 000 0003", "ANA PEÑA", "Calle 5", "Centro", "Mérida", "YUC", "Yucatán", "999",
            "Mérida, Yucatán", IsValid: true, IsMobile: true, "TELCEL", "OPTED_OUT", At.AddDays(2), "complaint", "ana", At.AddDays(1), Id, At.AddDays(4), SendCount: 2,
            At.AddYears(-2), recorded, recorded, Version: 6));
    }

    [Fact]
    public async Task A_stranger_that_opted_out_is_shown_with_the_little_that_is_known_of_it()
    {
        var phone = PhoneNumber.Mexican(5510000004);
        await AppendAsync(phone, new ContactOptedOut(phone, OptOutMethod.Registry, "REPEP", null, At));
        await database.CatchUpAsync();

        var contact = (await database.Get<GetContact>().GetAsync(phone)).ShouldNotBeNull();

        contact.ShouldBe(new ContactDocument(
            PadronDatabase.Key.IdOf(phone), "+525510000004", "5510000004", null, null, null, null, null, null, null, null, null, IsValid: true, IsMobile: null,
            null, "OPTED_OUT", At, "registry", null, null, null, null, SendCount: 0, null, contact.CreatedAt, contact.CreatedAt, Version: 1));
    }

    [Theory]
    [InlineData(5510000005, "5510000005")]
    [InlineData(21, "0000000021")] // no number in use, but ten digits all the same
    public async Task A_national_number_has_ten_digits(long national, string shown)
    {
        var phone = PhoneNumber.Mexican(national);
        await AppendAsync(phone, new ContactOptedOut(phone, OptOutMethod.Api, null, null, At));
        await database.CatchUpAsync();
        (await database.Get<GetContact>().GetAsync(phone)).ShouldNotBeNull().PhoneNational.ShouldBe(shown);
    }

    [Fact]
    public async Task A_number_of_another_country_has_no_Mexican_national_part()
    {
        var phone = new PhoneNumber(12135550100);
        await AppendAsync(phone, new ContactOptedOut(phone, OptOutMethod.Api, null, null, At));
        await database.CatchUpAsync();
        var contact = (await database.Get<GetContact>().GetAsync(phone)).ShouldNotBeNull();
        (contact.PhoneE164, contact.PhoneNational).ShouldBe(("+12135550100", null));
    }

    async Task AppendAsync(PhoneNumber phone, params ContactEvent[] events) =>
        (await database.Store.AppendAsync(PadronDatabase.Key.IdOf(phone), 0, events, new EventMetadata(User: "ana"))).ShouldBeOfType<AppendResult.Appended>();
}
