using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

/// <summary>What is found out about a contact's line, and who may overrule whom.</summary>
public sealed class LineSpecs
{
    static readonly VerifyContact Verify = new(VerificationMethod.NumberingPlan, "TELCEL", "pnn-2026-08", At);
    static readonly MarkNotMobile NotAMobile = new(VerificationMethod.NumberingPlan, "TELMEX", "pnn-2026-08", At);
    static readonly InvalidateContact Invalidate = new(InvalidationReason.OutOfService, At);

    [Theory]
    [InlineData(VerificationMethod.NumberingPlan)]
    [InlineData(VerificationMethod.CarrierLookup)]
    [InlineData(VerificationMethod.Manual)]
    public void A_line_nothing_is_known_of_is_verified_in_any_way(VerificationMethod method) =>
        Verifying(Verify with { Method = method }, Imported).Then(Verified with { Method = method });

    [Fact]
    public void A_line_that_was_registered_by_hand_is_as_good_as_an_imported_one()
    {
        Verifying(Verify, Registered).Then(Verified);
        Marking(NotAMobile, Registered).Then(NotMobile);
        Invalidating(Registered).Then(Invalidated);
    }

    [Theory]
    [InlineData(VerificationMethod.CarrierLookup)]
    [InlineData(VerificationMethod.Manual)]
    public void A_number_of_another_country_is_never_verified_so_that_it_is_never_handed_out(VerificationMethod method)
    {
        var abroad = Registered with { Phone = new PhoneNumber(573001234567), Lada = null };
        Verifying(Verify with { Method = method }, abroad).ThenRefused("contact_abroad");
        Verifying(Verify with { Method = method }, StrangerOptedOut, abroad).ThenRefused("contact_abroad");
        Marking(NotAMobile, abroad).Then(NotMobile);
        Invalidating(abroad).Then(Invalidated);
    }

    [Fact]
    public void The_plan_does_not_overrule_what_is_known_of_the_line()
    {
        Verifying(Verify, Imported, NotMobile).ThenNothing();
        Verifying(Verify, Imported, Invalidated).ThenNothing();
        Verifying(Verify, Imported, Verified, NotMobile).ThenNothing();
    }

    [Theory]
    [InlineData(VerificationMethod.CarrierLookup)]
    [InlineData(VerificationMethod.Manual)]
    public void A_look_up_and_an_operator_overrule_what_was_thought_of_the_line(VerificationMethod method)
    {
        var verified = Verified with { Method = method };
        Verifying(Verify with { Method = method }, Imported, NotMobile).Then(verified);
        Verifying(Verify with { Method = method }, Imported, Invalidated).Then(verified);
        Verifying(Verify with { Method = method }, Imported, Verified, Invalidated).Then(verified);
        Spec.Contact(Imported, NotMobile, Invalidated, verified).State.Status.ShouldBe(ContactStatus.Verified);
    }

    [Theory]
    [InlineData(VerificationMethod.NumberingPlan)]
    [InlineData(VerificationMethod.CarrierLookup)]
    [InlineData(VerificationMethod.Manual)]
    public void A_repeated_verification_changes_nothing(VerificationMethod method) =>
        Verifying(Verify with { Method = method }, Imported, Verified with { Method = method }).ThenNothing();

    [Theory]
    [InlineData(VerificationMethod.CarrierLookup)]
    [InlineData(VerificationMethod.Manual)]
    public void A_look_up_and_an_operator_that_bear_the_plan_out_are_heard_once_so_that_the_next_plan_stops_at_them(VerificationMethod method)
    {
        var (verified, notMobile) = (Verified with { Method = method }, NotMobile with { Method = method });
        Verifying(Verify with { Method = method }, Imported, Verified).Then(verified);
        Verifying(Verify with { Method = method }, Imported, Verified, verified).ThenNothing();
        Verifying(Verify, Imported, verified).ThenNothing();
        Marking(NotAMobile with { Method = method }, Imported, NotMobile).Then(notMobile);
        Marking(NotAMobile with { Method = method }, Imported, NotMobile, notMobile).ThenNothing();
        Marking(NotAMobile, Imported, notMobile).ThenNothing();
    }

    [Fact]
    public void A_line_nobody_registered_can_not_be_verified()
    {
        Verifying(Verify).ThenRefused("contact_unknown");
        Verifying(Verify, StrangerOptedOut).ThenRefused("contact_unknown");
    }

    [Fact]
    public void A_line_is_found_not_to_be_a_mobile()
    {
        Marking(NotAMobile, Imported).Then(NotMobile);
        Marking(NotAMobile, Imported, Invalidated).Then(NotMobile);
    }

    [Fact]
    public void The_plan_does_not_overrule_a_verification() => Marking(NotAMobile, Imported, Verified).ThenNothing();

    [Theory]
    [InlineData(VerificationMethod.CarrierLookup)]
    [InlineData(VerificationMethod.Manual)]
    public void A_look_up_and_an_operator_overrule_a_verification(VerificationMethod method) =>
        Marking(NotAMobile with { Method = method }, Imported, Verified).Then(NotMobile with { Method = method });

    [Fact]
    public void A_line_found_twice_not_to_be_a_mobile_changes_nothing()
    {
        Marking(NotAMobile, Imported, NotMobile).ThenNothing();
        Marking(NotAMobile with { Method = VerificationMethod.Manual }, Imported, NotMobile with { Method = VerificationMethod.CarrierLookup }).ThenNothing();
    }

    [Fact]
    public void A_line_nobody_registered_can_not_be_marked()
    {
        Marking(NotAMobile).ThenRefused("contact_unknown");
        Marking(NotAMobile, StrangerOptedOut).ThenRefused("contact_unknown");
    }

    [Fact]
    public void A_registered_number_is_invalidated_whatever_its_line()
    {
        Invalidating(Imported).Then(Invalidated);
        Invalidating(Imported, Verified).Then(Invalidated);
        Invalidating(Imported, NotMobile).Then(Invalidated);
    }

    [Fact]
    public void A_repeated_invalidation_changes_nothing() => Invalidating(Imported, Invalidated).ThenNothing();

    [Fact]
    public void A_number_that_was_verified_since_can_be_invalidated_again() => Invalidating(Imported, Invalidated, Verified).Then(Invalidated);

    [Fact]
    public void A_number_nobody_registered_can_not_be_invalidated()
    {
        Invalidating().ThenRefused("contact_unknown");
        Invalidating(StrangerOptedOut).ThenRefused("contact_unknown");
    }

    static When Verifying(VerifyContact command, params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(command, c));

    static When Marking(MarkNotMobile command, params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(command, c));

    static When Invalidating(params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(Invalidate, c));
}
