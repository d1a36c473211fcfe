using Padron.Domain.Contacts;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class ReleaseContactSpecs
{
    static readonly ContactExtracted ByAnother = new(Guid.NewGuid(), At);

    [Fact]
    public void The_extraction_that_holds_a_contact_gives_it_back()
    {
        Releasing(Imported, Verified, Extracted).Then(Released);
        Spec.Contact(Imported, Verified, Extracted, Released).State.Status.ShouldBe(ContactStatus.Verified);
    }

    [Fact]
    public void What_else_became_known_meanwhile_still_stands()
    {
        Releasing(Imported, Verified, Extracted, OptedOut).Then(Released);
        Spec.Contact(Imported, Verified, Extracted, OptedOut, Released).State.Status.ShouldBe(ContactStatus.OptedOut);
        Spec.Contact(Imported, Verified, Extracted, Invalidated, Released).State.Status.ShouldBe(ContactStatus.Invalid);
        Spec.Contact(Imported, Verified, Extracted, NotMobile, Released).State.Status.ShouldBe(ContactStatus.NotMobile);
    }

    [Fact]
    public void A_repeated_release_changes_nothing()
    {
        Releasing(Imported, Verified, Extracted, Released).ThenNothing();
        Releasing(Imported, Verified, Extracted, Released, ByAnother).ThenNothing();
    }

    [Fact]
    public void An_extraction_that_does_not_hold_a_contact_changes_nothing()
    {
        Releasing().ThenNothing();
        Releasing(Imported, Verified).ThenNothing();
        Releasing(Imported, Verified, ByAnother).ThenNothing();
    }

    [Fact]
    public void One_that_was_handed_out_again_can_be_given_back_again() =>
        Releasing(Imported, Verified, Extracted, Released, Extracted).Then(Released);

    static When Releasing(params ContactEvent[] history) =>
        Spec.Contact(history).When(c => ContactDecider.Decide(new ReleaseContact(ExtractionId, ReleaseReason.ExtractionCancelled, At), c));
}
