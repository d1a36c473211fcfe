using System.Text.Json;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Domain.Segments;
using Padron.Domain.Tests.Contacts;

namespace Padron.Domain.Tests.Segments;

public sealed class SegmentFilterTests
{
    static readonly DateTimeOffset At = Facts.At;

    public static TheoryData<string, SegmentFilter> Impossible => new()
    {
        { "segment_income_invalid", new() { Income = new() } },
        { "segment_income_invalid", new() { Income = new(From: -1) } },
        { "segment_income_invalid", new() { Income = new(Below: 0) } },
        { "segment_income_invalid", new() { Income = new(90_000, 90_000) } },
        { "segment_days_invalid", new() { NotSentForDays = 0 } },
        { "segment_days_invalid", new() { NotSentForDays = 36_501 } },
        { "segment_sends_invalid", new() { SentAtMost = -1 } },
        { "segment_text_invalid", new() { Text = "  " } },
        { "segment_text_invalid", new() { Text = "-." } },
        { "segment_text_invalid", new() { Text = new string('a', 201) } },
        { "segment_values_too_many", new() { Ladas = [.. Enumerable.Range(222, 101).Select(lada => $"{lada}")] } },
    };

    [Theory, MemberData(nameof(Impossible))]
    public void A_condition_that_makes_no_sense_is_refused(string code, SegmentFilter filter) =>
        Should.Throw<RuleViolationException>(() => filter.Checked()).Code.ShouldBe(code);

    [Fact]
    public void Filters_that_mean_the_same_are_the_same()
    {
        var filter = new SegmentFilter { States = ["YUC", "NL", "YUC"], Statuses = [ContactStatus.Verified, ContactStatus.Unverified], Carriers = [" telcel ", "TELCEL"], Cities = [], NeverExtracted = true };

        filter.Checked().ShouldBe(new SegmentFilter { States = ["NL", "YUC"], Statuses = [ContactStatus.Unverified, ContactStatus.Verified], Carriers = ["TELCEL"] });
        filter.Checked().GetHashCode().ShouldBe(filter.Checked().GetHashCode());
        filter.Checked().ShouldNotBe(filter);
    }

    [Fact]
    public void That_nobody_was_handed_out_is_a_condition_where_some_may_have_been() =>
        new SegmentFilter { Statuses = [ContactStatus.Verified, ContactStatus.OptedOut], NeverExtracted = true }.Checked().NeverExtracted.ShouldBeTrue();

    [Fact]
    public void Days_become_a_date_when_somebody_looks_and_the_earlier_date_counts()
    {
        new SegmentFilter { NotSentForDays = 30 }.At(At).ShouldBe(new SegmentFilter { NotSentSince = At.AddDays(-30) });
        new SegmentFilter { NotSentForDays = 30, NotSentSince = At.AddDays(-40) }.At(At).ShouldBe(new SegmentFilter { NotSentSince = At.AddDays(-40) });
        new SegmentFilter { NotSentForDays = 30, NotSentSince = At.AddDays(-20) }.At(At).ShouldBe(new SegmentFilter { NotSentSince = At.AddDays(-30) });
        new SegmentFilter { SentAtMost = 3 }.At(At).ShouldBe(new SegmentFilter { SentAtMost = 3 });
    }

    [Fact]
    public void A_condition_that_is_misspelt_is_not_read_as_none() =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize("""{"citys":["MERIDA"]}""", EventJson.Default.SegmentFilter));

    [Theory]
    [InlineData("norte", "norte")]
    [InlineData(" Clientes-NL_2 ", "clientes-nl_2")]
    [InlineData("2026", "2026")]
    public void A_name_is_read_in_small_letters(string text, string name) => SegmentName.Parse(text).Text.ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("-norte")]
    [InlineData("norte sur")]
    [InlineData("ñandú")]
    [InlineData("a/b")]
    public void What_is_no_name_is_refused(string? text) => Should.Throw<RuleViolationException>(() => SegmentName.Parse(text)).Code.ShouldBe("segment_name_invalid");

    [Fact]
    public void A_name_has_a_stream_of_its_own_that_is_no_contact_s()
    {
        var name = SegmentName.Parse("norte");

        name.StreamId.ShouldBe(new Guid("29c6cc61-075e-506d-b526-d8a2cfc1ecbc")); // its stream in every installation: RFC 9562, v5
        name.StreamId.Version.ShouldBe(5);
        SegmentName.Parse("NORTE").StreamId.ShouldBe(name.StreamId);
        SegmentName.Parse("sur").StreamId.ShouldNotBe(name.StreamId);
    }

    [Fact]
    public void Only_a_segment_that_may_have_verified_contacts_is_extracted_from()
    {
        var name = SegmentName.Parse("norte");
        Selection.Of(name, new() { NotSentForDays = 30, LineTypes = [LineType.Mobile] }, At)
            .ShouldBe(new Selection(SelectionKind.Segment, "norte", Filter: new() { NotSentSince = At.AddDays(-30), LineTypes = [LineType.Mobile] }));
        Selection.Of(name, new() { Statuses = [ContactStatus.OptedOut, ContactStatus.Verified] }, At).ToString().ShouldBe("segment norte");

        Should.Throw<RuleViolationException>(() => Selection.Of(name, new() { Statuses = [ContactStatus.OptedOut] }, At)).Code.ShouldBe("segment_not_extractable");
    }
}
