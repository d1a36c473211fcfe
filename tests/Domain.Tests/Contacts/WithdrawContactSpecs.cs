using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class WithdrawContactSpecs
{
    [Fact]
    public void The_import_that_brought_a_contact_takes_it_back() => Withdrawing(Imported, Verified, OptedOut).Then(Withdrawn);

    [Fact]
    public void A_repeated_withdrawal_changes_nothing() => Withdrawing(Imported, Verified, OptedOut, Withdrawn).ThenNothing();

    [Fact]
    public void An_import_that_did_not_bring_it_changes_nothing()
    {
        Withdrawing().ThenNothing();
        Withdrawing(StrangerOptedOut).ThenNothing();
        Withdrawing(Registered).ThenNothing();
        Withdrawing(Imported with { ImportId = Guid.NewGuid() }).ThenNothing();
        Withdrawing(Imported, OptedOut, Withdrawn, Imported with { ImportId = Guid.NewGuid() }).ThenNothing();
    }

    [Fact]
    public void An_opt_out_and_an_extraction_outlive_it_and_what_is_known_of_the_line_does_not()
    {
        StatusAfter(Imported, Verified, OptedOut, Withdrawn).ShouldBe(ContactStatus.OptedOut);
        StatusAfter(Imported, Verified, Extracted, Withdrawn).ShouldBe(ContactStatus.Extracted);
        StatusAfter(Imported, Verified, Extracted, Withdrawn, Released).ShouldBe(ContactStatus.Unverified);
        StatusAfter(Imported, Verified, OptedOut, OptedIn, Withdrawn).ShouldBe(ContactStatus.Unverified);
        StatusAfter(Imported, NotMobile, OptedOut, OptedIn, Withdrawn).ShouldBe(ContactStatus.Unverified);
        StatusAfter(Imported, Invalidated, OptedOut, OptedIn, Withdrawn).ShouldBe(ContactStatus.Unverified);
    }

    [Fact]
    public void A_correction_by_hand_is_kept_and_what_the_import_told_is_not()
    {
        Withdrawing(Imported, DetailsChanged).Then(Withdrawn with { Details = DetailsChanged.Details });
        Spec.Contact(Imported, DetailsChanged, Withdrawn with { Details = DetailsChanged.Details }).State.Details.ShouldBe(DetailsChanged.Details);
        Spec.Contact(Imported, OptedOut, Withdrawn).State.Details.ShouldBeNull();
    }

    [Fact]
    public void An_import_that_changed_the_details_gives_those_before_it_back()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        ContactEvent brought = Imported with { ImportId = first };
        ContactEvent Changed(string name, Guid import, string? by = null) => new ContactDetailsChanged(Details with { FullName = name }, by, At, import, by is null ? 7 : null);

        var restored = new ContactDetailsChanged(Details, "eva", At, first);
        Withdrawing(brought, Changed("DOS", ImportId)).Then(restored);
        Withdrawing(brought, Changed("DOS", ImportId), OptedOut).Then(restored);
        Withdrawing(brought, Changed("DOS", ImportId), restored).ThenNothing();
        Withdrawing(brought, Changed("DOS", ImportId), Changed("TRES", second)).ThenNothing();
        Withdrawing(brought, Changed("DOS", ImportId), DetailsChanged).ThenNothing(); // a person's word

        // The later one first, then it: what it found is known again.
        Withdrawing(brought, Changed("DOS", ImportId), Changed("TRES", second), Changed("DOS", ImportId, "eva")).Then(restored);
    }

    [Fact]
    public void What_another_import_told_since_outlives_the_import_that_brought_the_contact_until_that_is_rolled_back_too()
    {
        var later = new ContactDetailsChanged(Details with { FullName = "DOS" }, null, At, Guid.NewGuid(), 7);
        Withdrawing(Imported, later).Then(Withdrawn with { Details = later.Details });

        Spec.Contact(Imported, later, Withdrawn with { Details = later.Details })
            .When(c => ContactDecider.Decide(new WithdrawContact(later.ImportId!.Value, At), c)).Then(Withdrawn with { ImportId = later.ImportId!.Value });
    }

    [Fact]
    public void A_withdrawn_contact_is_not_in_the_register_and_can_be_registered_anew()
    {
        Spec.Contact(Imported, Verified, OptedOut, Withdrawn).When(c => ContactDecider.Decide(new VerifyContact(VerificationMethod.Manual, null, null, At), c))
            .ThenRefused("contact_unknown");
        Spec.Contact(Imported, Verified, Extracted, Withdrawn)
            .When(c => ContactDecider.Decide(new ImportContact(Phone, false, Details, false, new(5512340000, 5512349999, LineType.Mobile, "TELCEL"), "pnn-2026-08", ImportId, 42, At), c))
            .Then(Imported, Verified);
        StatusAfter(Imported, Verified, Extracted, Withdrawn, Imported, Verified).ShouldBe(ContactStatus.Extracted);
        StatusAfter(Imported, Verified, OptedOut, Withdrawn, Imported, Verified).ShouldBe(ContactStatus.OptedOut);
    }

    static ContactStatus StatusAfter(params ContactEvent[] history) => Spec.Contact(history).State.Status;

    static When Withdrawing(params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(new WithdrawContact(ImportId, At, "eva"), c));
}
