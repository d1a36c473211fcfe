using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

/// <summary>What a new numbering plan says of contacts that an older one classified.</summary>
public sealed class ReclassifyContactSpecs
{
    static readonly NumberingBlock Mobile = new(5512340000, 5512349999, LineType.Mobile, "MÓVILES");
    static readonly NumberingBlock Fixed = Mobile with { Line = LineType.Fixed, Carrier = "TELEFONÍA" };
    static readonly ContactVerified NowVerified = new(VerificationMethod.NumberingPlan, "MÓVILES", "pnn-next", At);
    static readonly ContactNotMobile NowNotMobile = new(VerificationMethod.NumberingPlan, "TELEFONÍA", "pnn-next", At);

    [Fact]
    public void What_an_older_plan_said_is_put_right()
    {
        By(Fixed, Imported, Verified).Then(NowNotMobile);
        By(Mobile, Imported, NotMobile).Then(NowVerified);
        By(Mobile, Registered, Verified, NotMobile).Then(NowVerified);
    }

    [Fact]
    public void A_line_nothing_was_known_of_is_known_now()
    {
        By(Mobile, Imported).Then(NowVerified);
        By(Fixed, Imported).Then(NowNotMobile);
    }

    [Fact]
    public void A_line_that_is_what_it_was_gives_no_fact_whoever_has_the_block_by_now()
    {
        By(Mobile, Imported, Verified).ThenNothing();
        By(Fixed, Imported, NotMobile).ThenNothing();
        By(Fixed, Imported, Verified, NowNotMobile).ThenNothing();
    }

    [Fact]
    public void A_plan_without_the_block_proves_nothing()
    {
        By(null, Imported, Verified).ThenNothing();
        By(null, Imported).ThenNothing();
        By(Mobile with { Line = LineType.Unknown }, Imported, Verified).ThenNothing();
    }

    [Theory]
    [InlineData(VerificationMethod.CarrierLookup)]
    [InlineData(VerificationMethod.Manual)]
    public void Whoever_saw_the_line_itself_is_believed(VerificationMethod method)
    {
        By(Fixed, Imported, Verified with { Method = method }).ThenNothing();
        By(Mobile, Imported, Verified, NotMobile with { Method = method }).ThenNothing();
        By(Fixed, Imported, NotMobile, Verified with { Method = method }).ThenNothing();
    }

    [Fact]
    public void An_invalid_number_is_not_brought_back()
    {
        By(Mobile, Imported, NotMobile, Invalidated).ThenNothing();
        By(Fixed, Imported, Verified, Invalidated).ThenNothing();
    }

    [Fact]
    public void Whoever_was_handed_out_or_opted_out_stays_so()
    {
        By(Fixed, Imported, Verified, Extracted).Then(NowNotMobile);
        After(Imported, Verified, Extracted, NowNotMobile).ExtractionId.ShouldBe(ExtractionId);
        By(Mobile, Imported, NotMobile, OptedOut).Then(NowVerified);
        After(Imported, NotMobile, OptedOut, NowVerified).Status.ShouldBe(ContactStatus.OptedOut);
    }

    [Fact]
    public void Who_is_not_in_the_register_has_no_line()
    {
        By(Mobile).ThenNothing();
        By(Mobile, StrangerOptedOut).ThenNothing();
        By(Mobile, Registered with { Phone = new PhoneNumber(573001234567), Lada = null }).ThenNothing();
    }

    static Contact After(params ContactEvent[] history) => Spec.Contact(history).State;

    static When By(NumberingBlock? line, params ContactEvent[] history) =>
        Spec.Contact(history).When(contact => ContactDecider.Decide(new ReclassifyContact(line, "pnn-next", At), contact));
}
