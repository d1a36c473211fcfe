using Padron.Domain.Contacts;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class ExtractContactSpecs
{
    [Fact]
    public void A_verified_contact_is_handed_out() => Extracting(Imported, Verified).Then(Extracted);

    [Fact]
    public void The_same_extraction_repeated_changes_nothing()
    {
        Extracting(Imported, Verified, Extracted).ThenNothing();
        Extracting(Imported, Verified, Extracted, OptedOut).ThenNothing();
    }

    [Fact]
    public void Another_extraction_does_not_get_it() =>
        Extracting(Imported, Verified, Extracted with { ExtractionId = Guid.NewGuid() }).ThenRefused("contact_not_available");

    [Fact]
    public void One_that_was_handed_out_and_verified_again_is_not_handed_out_again() =>
        Extracting(Imported, Verified, Extracted with { ExtractionId = Guid.NewGuid() }, Verified).ThenRefused("contact_not_available");

    [Fact]
    public void One_that_is_not_verified_is_not_handed_out()
    {
        Extracting().ThenRefused("contact_not_available");
        Extracting(Imported).ThenRefused("contact_not_available");
        Extracting(Imported, NotMobile).ThenRefused("contact_not_available");
        Extracting(Imported, Verified, NotMobile).ThenRefused("contact_not_available");
        Extracting(Imported, Verified, Invalidated).ThenRefused("contact_not_available");
    }

    [Fact]
    public void One_that_opted_out_is_not_handed_out_until_it_opts_in()
    {
        Extracting(StrangerOptedOut).ThenRefused("contact_not_available");
        Extracting(StrangerOptedOut, Imported, Verified).ThenRefused("contact_not_available");
        Extracting(Imported, Verified, OptedOut).ThenRefused("contact_not_available");
        Extracting(Imported, Verified, OptedOut, OptedIn).Then(Extracted);
    }

    [Fact]
    public void One_that_was_given_back_is_handed_out_again()
    {
        Extracting(Imported, Verified, Extracted with { ExtractionId = Guid.NewGuid() }, Released).Then(Extracted);
        Extracting(Registered, Verified, Extracted, Released).Then(Extracted);
    }

    [Fact]
    public void One_that_was_given_back_is_not_handed_out_if_anything_else_stands_against_it()
    {
        Extracting(Imported, Verified, Extracted, Released, NotMobile).ThenRefused("contact_not_available");
        Extracting(Imported, Verified, Extracted, Invalidated, Released).ThenRefused("contact_not_available");
        Extracting(Imported, Verified, Extracted, OptedOut, Released).ThenRefused("contact_not_available");
    }

    static When Extracting(params ContactEvent[] history) =>
        Spec.Contact(history).When(c => ContactDecider.Decide(new ExtractContact(ExtractionId, At), c));
}
