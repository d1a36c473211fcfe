using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class ContactStatusTests
{
    static readonly Guid Another = new("0198c0de-0000-7000-8000-000000000003");

    static readonly Func<Contact, ContactEvent[]> Release = c => ContactDecider.Decide(new ReleaseContact(ExtractionId, ReleaseReason.ExtractionFailed, At), c);

    // All but the one that makes a contact available again: its extraction's release.
    static readonly Func<Contact, ContactEvent[]>[] Commands =
    [
        c => ContactDecider.Decide(new ImportContact(Phone, false, Details, false, new(5512340000, 5512349999, LineType.Mobile, "TELCEL"), null, ImportId, 1, At), c),
        c => ContactDecider.Decide(new RegisterContact(Phone, Details, new(5512340000, 5512349999, LineType.Fixed, "TELMEX"), null, "ana", At), c),
        c => ContactDecider.Decide(new CorrectContact("ANA", null, "", null, null, "Jalisco", "ana", At), c),
        c => ContactDecider.Decide(new VerifyContact(VerificationMethod.NumberingPlan, null, null, At), c),
        c => ContactDecider.Decide(new VerifyContact(VerificationMethod.Manual, null, null, At), c),
        c => ContactDecider.Decide(new MarkNotMobile(VerificationMethod.NumberingPlan, null, null, At), c),
        c => ContactDecider.Decide(new MarkNotMobile(VerificationMethod.CarrierLookup, null, null, At), c),
        c => ContactDecider.Decide(new InvalidateContact(InvalidationReason.Impossible, At), c),
        c => ContactDecider.Decide(new ExtractContact(ExtractionId, At), c),
        c => ContactDecider.Decide(new ReleaseContact(Another, ReleaseReason.ExtractionCancelled, At), c),
        c => ContactDecider.Decide(new RecordSent(null, "m-2", null, At), c),
        c => ContactDecider.Decide(new WithdrawContact(ImportId, At), c),
        c => ContactDecider.Decide(new OptOutContact(Phone, OptOutMethod.Api, null, null, At), c),
        c => ContactDecider.Decide(new OptInContact(Phone, "paper", null, At), c),
    ];

    static readonly Gen<ContactEvent[]> AnyHistory = Gen.ArrayOf(Gen.Elements(All));

    // Strongest first: a status holds when its flag is set and no flag left of it is.
    [Theory]
    [InlineData("......", ContactStatus.Unverified)]
    [InlineData(".....v", ContactStatus.Verified)]
    [InlineData("....e.", ContactStatus.Extracted)]
    [InlineData("....ev", ContactStatus.Extracted)]
    [InlineData("...n..", ContactStatus.NotMobile)]
    [InlineData("...nev", ContactStatus.NotMobile)]
    [InlineData("..i...", ContactStatus.Invalid)]
    [InlineData("..i..v", ContactStatus.Invalid)]
    [InlineData("..inev", ContactStatus.Invalid)]
    [InlineData(".o....", ContactStatus.OptedOut)]
    [InlineData(".o...v", ContactStatus.OptedOut)]
    [InlineData(".oinev", ContactStatus.OptedOut)]
    public void Of_all_that_holds_the_strongest_is_the_status(string flags, ContactStatus status) =>
        new Contact(
            IsOptedOut: flags.Contains('o'), IsInvalid: flags.Contains('i'), IsNotMobile: flags.Contains('n'),
            ExtractionId: flags.Contains('e') ? ExtractionId : null, IsVerified: flags.Contains('v')).Status.ShouldBe(status);

    [Fact]
    public void The_statuses_are_declared_from_the_weakest_to_the_strongest() =>
        Enum.GetValues<ContactStatus>().ShouldBe(
        [
            ContactStatus.Unverified, ContactStatus.Verified, ContactStatus.Extracted, ContactStatus.NotMobile, ContactStatus.Invalid, ContactStatus.OptedOut,
        ]);

    [Fact]
    public void A_stranger_neither_exists_nor_is_registered() =>
        Contact.Stranger.ShouldBe(new Contact(Exists: false, IsRegistered: false, IsVerified: false, IsNotMobile: false, IsInvalid: false, null, IsOptedOut: false, Told: null));

    [Fact]
    public void An_event_of_somebody_else_changes_nothing() =>
        ContactDecider.Evolve(Contact.Stranger with { IsVerified = true }, "something else").ShouldBe(Contact.Stranger with { IsVerified = true });

    [Fact]
    public void Any_order_of_facts_gives_a_contact_that_exists() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(AnyHistory), history =>
            Spec.Contact(history).State.Exists == history.Length > 0 && Enum.IsDefined(Spec.Contact(history).State.Status)));

    [Fact]
    public void The_last_word_about_consent_counts_whatever_else_happens() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(AnyHistory), history =>
            (Spec.Contact(history).State.Status == ContactStatus.OptedOut) == history.LastOrDefault(e => e is ContactOptedOut or ContactOptedIn) is ContactOptedOut));

    [Fact]
    public void Whatever_the_history_a_command_given_twice_changes_nothing_the_second_time() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Arb.From(AnyHistory), Arb.From(Gen.Elements([.. Commands, Release])), (history, command) =>
        {
            var contact = Spec.Contact(history).State;
            try
            {
                return command(command(contact).Aggregate(contact, ContactDecider.Evolve)).Length == 0;
            }
            catch (RuleViolationException)
            {
                return true;
            }
        }));

    [Fact]
    public void Whatever_the_history_what_was_sent_changes_no_status() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(AnyHistory), history => Spec.Contact([.. history, Sent]).State.Status == Spec.Contact(history).State.Status));

    [Fact]
    public void Whatever_the_history_a_release_leaves_every_other_fact_as_it_was() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(AnyHistory), history =>
        {
            var contact = Spec.Contact([.. history, Extracted]).State;
            return Release(contact).Aggregate(contact, ContactDecider.Evolve) == contact with { ExtractionId = null };
        }));

    [Fact]
    public void Whatever_the_history_no_contact_that_is_not_given_back_is_handed_out_to_two_extractions() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Arb.From(AnyHistory), Arb.From(Gen.ListOf(Gen.Elements(Commands))), (history, commands) =>
        {
            var contact = Spec.Contact([.. history, Extracted]).State;
            foreach (var command in commands)
            {
                try
                {
                    contact = command(contact).Aggregate(contact, ContactDecider.Evolve);
                }
                catch (RuleViolationException)
                {
                    // refused: as good as nothing
                }
            }

            return Should.Throw<RuleViolationException>(() => ContactDecider.Decide(new ExtractContact(Guid.NewGuid(), At), contact)).Code == "contact_not_available";
        }));
}
