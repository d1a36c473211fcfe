using Padron.Domain.Contacts;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class OptOutSpecs
{
    static readonly OptOutContact Stop = new(Phone, OptOutMethod.SmsKeyword, "ALTO", "gateway", At);
    static readonly OptInContact ComeBack = new(Phone, "Form signed on paper, folder 7", "ana", At);

    [Fact]
    public void A_stranger_may_opt_out_and_the_fact_carries_the_number() => Stopping().Then(StrangerOptedOut);

    [Fact]
    public void A_known_contact_opts_out_without_repeating_its_number()
    {
        Stopping(Imported).Then(OptedOut);
        Stopping(Imported, Verified, Extracted).Then(OptedOut);
        Stopping(Imported, Invalidated).Then(OptedOut);
        Stopping(StrangerOptedOut, OptedIn).Then(OptedOut);
    }

    [Theory]
    [InlineData(OptOutMethod.Api)]
    [InlineData(OptOutMethod.TelegramBot)]
    [InlineData(OptOutMethod.Panel)]
    [InlineData(OptOutMethod.Provider)]
    [InlineData(OptOutMethod.Complaint)]
    [InlineData(OptOutMethod.Registry)]
    [InlineData(OptOutMethod.Cli)]
    public void The_wish_counts_in_whatever_way_it_came(OptOutMethod method) =>
        Spec.Contact(Imported).When(c => ContactDecider.Decide(Stop with { Method = method, Reason = null, By = null }, c))
            .Then(new ContactOptedOut(null, method, null, null, At));

    [Fact]
    public void A_repeated_opt_out_changes_nothing()
    {
        Stopping(Imported, OptedOut).ThenNothing();
        Stopping(StrangerOptedOut).ThenNothing();
        Stopping(StrangerOptedOut, Imported, Verified).ThenNothing();
    }

    [Fact]
    public void One_that_came_back_may_opt_out_again() => Stopping(Imported, OptedOut, OptedIn).Then(OptedOut);

    [Fact]
    public void Coming_back_with_evidence_of_consent_is_recorded()
    {
        ComingBack(ComeBack, Imported, OptedOut).Then(OptedIn);
        ComingBack(ComeBack, StrangerOptedOut).Then(OptedIn);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    [InlineData(null)]
    public void Coming_back_without_evidence_is_refused(string? evidence) =>
        ComingBack(ComeBack with { Evidence = evidence! }, Imported, OptedOut).ThenRefused("consent_evidence_required");

    [Fact]
    public void One_that_did_not_opt_out_has_nothing_to_come_back_to()
    {
        ComingBack(ComeBack).ThenNothing();
        ComingBack(ComeBack, Imported).ThenNothing();
        ComingBack(ComeBack, Imported, OptedOut, OptedIn).ThenNothing();
        ComingBack(ComeBack with { Evidence = "" }, Imported).ThenNothing();
    }

    static When Stopping(params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(Stop, c));

    static When ComingBack(OptInContact command, params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(command, c));
}
