using Padron.Domain.Contacts;
using static Padron.Domain.Tests.Contacts.Facts;

namespace Padron.Domain.Tests.Contacts;

public sealed class SentSpecs
{
    static readonly RecordSent Send = new(CampaignId, "m-1", "SM0001", At);

    [Fact]
    public void What_the_provider_accepted_is_a_fact_whatever_the_contact_s_status()
    {
        Sending(Send, Imported, Verified, Extracted).Then(Sent);
        Sending(Send, Registered).Then(Sent);
        Sending(Send, Imported, Invalidated).Then(Sent);
        Sending(Send, Imported, OptedOut).Then(Sent);
        Sending(Send, StrangerOptedOut).Then(Sent);
        Sending(Send, Imported, OptedIn, Withdrawn).Then(Sent);
    }

    [Fact]
    public void A_message_counts_once_and_another_one_again()
    {
        Sending(Send, Imported, Sent).ThenNothing();
        Sending(Send with { ProviderId = null, At = At.AddDays(1) }, Imported, Sent, Sent with { MessageId = "m-2" }, OptedOut).ThenNothing();
        Sending(Send with { MessageId = "m-2" }, Imported, Sent).Then(Sent with { MessageId = "m-2" });
    }

    [Fact]
    public void A_message_to_nobody_known_or_without_an_id_is_refused()
    {
        Sending(Send).ThenRefused("contact_unknown");
        Sending(Send with { MessageId = " " }, Imported).ThenRefused("message_id_required");
    }

    [Fact]
    public void Messages_are_counted_and_the_latest_is_known_in_whatever_order_they_are_heard_of() =>
        Spec.Contact(Imported, Sent with { SentAt = At.AddDays(2) }, Sent with { MessageId = "m-2" }, Sent).State.Sent
            .ShouldBe(Spec.Contact(Sent with { MessageId = "m-2" }, Sent with { SentAt = At.AddDays(2) }).State.Sent);

    [Fact]
    public void What_was_sent_outlives_the_rollback_of_the_import() => Spec.Contact(Imported, Sent, Withdrawn).State.Sent!.Count.ShouldBe(1);

    static When Sending(RecordSent command, params ContactEvent[] history) => Spec.Contact(history).When(c => ContactDecider.Decide(command, c));
}
