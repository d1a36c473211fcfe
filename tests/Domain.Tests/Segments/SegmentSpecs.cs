using Padron.Domain.Segments;
using Padron.Domain.Tests.Contacts;
using static Padron.Domain.Segments.SegmentDecider;

namespace Padron.Domain.Tests.Segments;

public sealed class SegmentSpecs
{
    static readonly DateTimeOffset At = Facts.At;
    static readonly SegmentName Name = SegmentName.Parse("norte");
    static readonly SegmentFilter North = new() { States = ["COAH", "NL"] };
    static readonly SegmentFilter South = new() { States = ["YUC"] };

    static readonly SegmentDefined Defined = new("norte", North, "ana", At);
    static readonly SegmentChanged Changed = new(South, "ana", At);
    static readonly SegmentRemoved Removed = new("ana", At);

    static readonly DefineSegment Define = new(Name, North, "ana", At);
    static readonly ChangeSegment Change = new(Name, South, "ana", At);
    static readonly RemoveSegment Remove = new(Name, "ana", At);

    [Fact]
    public void A_filter_gets_a_name() => Spec.Segment().When(s => Decide(Define, s)).Then(Defined);

    [Fact]
    public void The_same_again_changes_nothing_in_whatever_order_it_is_written()
    {
        Spec.Segment(Defined).When(s => Decide(Define with { Filter = new() { States = ["NL", "COAH", "NL"] } }, s)).ThenNothing();
        Spec.Segment(Defined, Changed).When(s => Decide(Change, s)).ThenNothing();
        Spec.Segment(Defined, Removed).When(s => Decide(Remove, s)).ThenNothing();
    }

    [Fact]
    public void A_name_that_stands_for_another_filter_is_refused_and_one_that_was_removed_is_free() =>
        Spec.Segment(Defined, Removed).When(s => Decide(Define with { Filter = South }, s)).Then(Defined with { Filter = South });

    [Fact]
    public void A_name_is_not_taken_from_another_filter_by_the_way() => Spec.Segment(Defined, Changed).When(s => Decide(Define, s)).ThenRefused("segment_exists");

    [Fact]
    public void A_filter_is_changed_as_a_whole() => Spec.Segment(Defined).When(s => Decide(Change, s)).Then(Changed);

    [Fact]
    public void A_segment_is_removed() => Spec.Segment(Defined, Changed).When(s => Decide(Remove, s)).Then(Removed);

    [Fact]
    public void What_is_no_segment_can_be_neither_changed_nor_removed()
    {
        Spec.Segment().When(s => Decide(Change, s)).ThenRefused("segment_unknown");
        Spec.Segment().When(s => Decide(Remove, s)).ThenRefused("segment_unknown");
        Spec.Segment(Defined, Removed).When(s => Decide(Change, s)).ThenRefused("segment_unknown");
    }

    [Fact]
    public void A_filter_without_a_condition_is_refused()
    {
        Spec.Segment().When(s => Decide(Define with { Filter = new() }, s)).ThenRefused("segment_filter_empty");
        Spec.Segment().When(s => Decide(Define with { Filter = new() { Ladas = [] } }, s)).ThenRefused("segment_filter_empty");
        Spec.Segment(Defined).When(s => Decide(Change with { Filter = new() }, s)).ThenRefused("segment_filter_empty");
    }
}
