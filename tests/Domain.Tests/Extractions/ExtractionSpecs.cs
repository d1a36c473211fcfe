using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Tests.Contacts;
using static Padron.Domain.Extractions.ExtractionDecider;

namespace Padron.Domain.Tests.Extractions;

public sealed class ExtractionSpecs
{
    static readonly DateTimeOffset At = Facts.At;
    static readonly Selection Merida = new(SelectionKind.City, "Mérida", "YUC");
    static readonly RequestExtraction Request = new(Merida, Amount: 500, Available: 500, ExtractionFormat.Xlsx, Seed: 7, "ana", At);

    static readonly ExtractionRequested Requested = new(Merida, 500, ExtractionFormat.Xlsx, 7, "ana", At);
    static readonly ExtractionClaimed Claimed = new(499, At);
    static readonly ExtractionDeliveryStarted Delivering = new(At);
    static readonly ExtractionDelivered Delivered = new("merida.xlsx", 8192, "cd34", At);
    static readonly ExtractionCancelled Cancelled = new("ana", At);
    static readonly ExtractionFailed Failed = new("Others took every contact of the selection meanwhile.", At);

    [Fact]
    public void As_many_as_there_are_may_be_asked_for() => Spec.Extraction().When(x => Decide(Request, x)).Then(Requested);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Asking_for_none_is_refused(int amount) =>
        Spec.Extraction().When(x => Decide(Request with { Amount = amount }, x)).ThenRefused("amount_out_of_range");

    [Fact]
    public void Asking_for_more_than_there_are_is_refused()
    {
        Spec.Extraction().When(x => Decide(Request with { Available = 499 }, x)).ThenRefused("too_few_contacts");
        Spec.Extraction().When(x => Decide(Request with { Available = 0 }, x)).ThenRefused("too_few_contacts");
    }

    [Fact]
    public void A_repeated_request_changes_nothing()
    {
        Spec.Extraction(Requested).When(x => Decide(Request, x)).ThenNothing();
        Spec.Extraction(Requested, Claimed).When(x => Decide(Request with { Available = 0 }, x)).ThenNothing();
    }

    [Fact]
    public void What_was_obtained_is_claimed_also_where_it_is_less_than_asked_for() =>
        Spec.Extraction(Requested).When(x => Decide(new FinishClaim(499, At), x)).Then(Claimed);

    [Fact]
    public void A_claim_that_obtained_nobody_fails() => Spec.Extraction(Requested).When(x => Decide(new FinishClaim(0, At), x)).Then(Failed);

    [Fact]
    public void Where_the_exact_amount_was_asked_for_fewer_are_a_failure()
    {
        Spec.Extraction().When(x => Decide(Request with { Exact = true }, x)).Then(Requested with { Exact = true });
        var exact = Spec.Extraction(Requested with { Exact = true });
        exact.When(x => Decide(new FinishClaim(500, At), x)).Then(new ExtractionClaimed(500, At));
        exact.When(x => Decide(new FinishClaim(499, At), x)).Then(new ExtractionFailed("Only 499 of 500 contacts were left, and no fewer were wanted.", At));
        exact.When(x => Decide(new FinishClaim(0, At), x)).Then(Failed);
    }

    [Fact]
    public void Before_its_delivery_an_extraction_is_cancelled()
    {
        Spec.Extraction(Requested).When(x => Decide(new CancelExtraction("ana", At), x)).Then(Cancelled);
        Spec.Extraction(Requested, Claimed).When(x => Decide(new CancelExtraction("ana", At), x)).Then(Cancelled);
    }

    [Fact]
    public void Once_its_delivery_began_an_extraction_is_not_cancelled_any_more()
    {
        Spec.Extraction(Requested, Claimed, Delivering).When(x => Decide(new CancelExtraction("ana", At), x)).ThenRefused("delivery_started");
        Spec.Extraction(Requested, Claimed, Delivering, Delivered).When(x => Decide(new CancelExtraction("ana", At), x)).ThenRefused("delivery_started");
    }

    [Fact]
    public void A_repeated_cancellation_and_one_of_a_failure_change_nothing()
    {
        Spec.Extraction(Requested, Cancelled).When(x => Decide(new CancelExtraction("luis", At), x)).ThenNothing();
        Spec.Extraction(Requested, Claimed, Cancelled).When(x => Decide(new CancelExtraction("ana", At), x)).ThenNothing();
        Spec.Extraction(Requested, Failed).When(x => Decide(new CancelExtraction("ana", At), x)).ThenNothing();
    }

    [Fact]
    public void What_was_never_requested_is_not_cancelled() =>
        Spec.Extraction().When(x => Decide(new CancelExtraction("ana", At), x)).ThenRefused("extraction_unknown");

    [Fact]
    public void Nothing_of_a_cancelled_extraction_goes_on()
    {
        Spec.Extraction(Requested, Cancelled).When(x => Decide(new FinishClaim(499, At), x)).ThenNothing();
        Spec.Extraction(Requested, Claimed, Cancelled).When(x => Decide(new StartDelivery(At), x)).ThenRefused("extraction_not_claimed");
        Spec.Extraction(Requested, Claimed, Cancelled).When(x => Decide(new FinishDelivery("merida.xlsx", 8192, "cd34", At), x)).ThenNothing();
    }

    [Fact]
    public void Only_what_came_to_nothing_gives_its_contacts_back()
    {
        Spec.Extraction(Requested, Failed).State.ReleaseReason.ShouldBe(ReleaseReason.ExtractionFailed);
        Spec.Extraction(Requested, Claimed, Cancelled).State.ReleaseReason.ShouldBe(ReleaseReason.ExtractionCancelled);
        foreach (var history in (ExtractionEvent[][])[[], [Requested], [Requested, Claimed], [Requested, Claimed, Delivering], [Requested, Claimed, Delivering, Delivered]])
            Spec.Extraction(history).State.ReleaseReason.ShouldBeNull();
    }

    [Fact]
    public void A_claim_ends_once()
    {
        Spec.Extraction().When(x => Decide(new FinishClaim(1, At), x)).ThenNothing();
        Spec.Extraction(Requested, Claimed).When(x => Decide(new FinishClaim(499, At), x)).ThenNothing();
        Spec.Extraction(Requested, Failed).When(x => Decide(new FinishClaim(1, At), x)).ThenNothing();
    }

    [Fact]
    public void What_is_claimed_is_delivered_and_may_be_delivered_again()
    {
        Spec.Extraction(Requested, Claimed).When(x => Decide(new StartDelivery(At), x)).Then(Delivering);
        Spec.Extraction(Requested, Claimed, Delivering).When(x => Decide(new StartDelivery(At), x)).ThenNothing();
        Spec.Extraction(Requested, Claimed, Delivering, Delivered).When(x => Decide(new StartDelivery(At), x)).ThenNothing();
    }

    [Fact]
    public void Nothing_is_delivered_before_the_claim_or_after_a_failure()
    {
        Spec.Extraction().When(x => Decide(new StartDelivery(At), x)).ThenRefused("extraction_not_claimed");
        Spec.Extraction(Requested).When(x => Decide(new StartDelivery(At), x)).ThenRefused("extraction_not_claimed");
        Spec.Extraction(Requested, Failed).When(x => Decide(new StartDelivery(At), x)).ThenRefused("extraction_not_claimed");
    }

    [Fact]
    public void A_delivery_ends_once_with_the_file_that_was_handed_over()
    {
        var finish = new FinishDelivery("merida.xlsx", 8192, "cd34", At);
        Spec.Extraction(Requested, Claimed, Delivering).When(x => Decide(finish, x)).Then(Delivered);
        Spec.Extraction(Requested, Claimed, Delivering, Delivered).When(x => Decide(finish, x)).ThenNothing();
        Spec.Extraction(Requested, Claimed).When(x => Decide(finish, x)).ThenNothing();
        Spec.Extraction().When(x => Decide(finish, x)).ThenNothing();
    }

    [Fact]
    public void Its_state_is_what_the_next_decision_needs()
    {
        Spec.Extraction().State.ShouldBe(new Extraction(ExtractionStatus.None, null, 0));
        Spec.Extraction(Requested).State.ShouldBe(new Extraction(ExtractionStatus.Requested, Requested, 0));
        Spec.Extraction(Requested, Claimed).State.ShouldBe(new Extraction(ExtractionStatus.Claimed, Requested, 499));
        Spec.Extraction(Requested, Claimed, Delivering).State.ShouldBe(new Extraction(ExtractionStatus.Delivering, Requested, 499));
        Spec.Extraction(Requested, Claimed, Delivering, Delivered).State.ShouldBe(new Extraction(ExtractionStatus.Delivered, Requested, 499, DeliveredAt: Delivered.DeliveredAt));
        Spec.Extraction(Requested, Failed).State.ShouldBe(new Extraction(ExtractionStatus.Failed, Requested, 0, Failed.Reason));
        Spec.Extraction(Requested, Claimed, Cancelled).State.ShouldBe(new Extraction(ExtractionStatus.Cancelled, Requested, 499));
        Evolve(new(ExtractionStatus.Claimed), "something else").Status.ShouldBe(ExtractionStatus.Claimed);
    }

    [Theory]
    [InlineData(SelectionKind.Premium, null, null, "premium")]
    [InlineData(SelectionKind.State, null, "YUC", "state YUC")]
    [InlineData(SelectionKind.City, "Mérida", "YUC", "city Mérida, YUC")]
    [InlineData(SelectionKind.Municipality, "Mérida", "YUC", "municipality Mérida, YUC")]
    [InlineData(SelectionKind.Lada, "999", null, "LADA 999")]
    public void A_selection_is_said_in_words(SelectionKind kind, string? name, string? state, string words) =>
        new Selection(kind, name, state).ToString().ShouldBe(words);
}
