using Padron.Domain.Imports;
using Padron.Domain.Tests.Contacts;

namespace Padron.Domain.Tests.Imports;

public sealed class ImportScoreSpecs
{
    [Fact]
    public void A_check_scores_the_share_that_passed()
    {
        Check(200, 50).Score.ShouldBe(75);
        Check(200, 0).Score.ShouldBe(100);
        Check(200, 200).Score.ShouldBe(0);
    }

    [Fact]
    public void One_failure_among_millions_is_not_rounded_away() => Check(36_645_692, 1).Score.ShouldBe(99.99m);

    [Fact]
    public void More_failures_than_records_are_all_of_them()
    {
        var (all, one) = (Check(10, 25), Check(0, 3));
        (all.Checked, all.Failed, all.Score).ShouldBe((10, 10, 0));
        (one.Checked, one.Failed, one.Score).ShouldBe((1, 1, 0));
    }

    [Fact]
    public void Checks_weigh_the_same_however_much_they_looked_at() => ScoreOf(Check(36_000_000, 0), Check(1_000, 500)).ShouldBe(75);

    [Fact]
    public void A_check_that_had_nothing_to_look_at_weighs_nothing()
    {
        ScoreOf(Check(0, 0), Check(10, 1)).ShouldBe(90);
        ScoreOf(Check(0, 0)).ShouldBe(100);
        ScoreOf().ShouldBe(100);
    }

    [Fact]
    public void The_total_of_a_hundred_means_that_nothing_failed() =>
        ScoreOf(Check(1_000_000, 1), Check(1, 0), Check(1, 0), Check(1, 0), Check(1, 0), Check(1, 0), Check(1, 0)).ShouldBe(99.99m);

    [Fact]
    public void A_few_examples_are_kept() =>
        ImportCheck.Of("sample", 100, 9, Enumerable.Range(1, 9).Select(row => $"row {row}")).Examples.ShouldBe(["row 1", "row 2", "row 3", "row 4", "row 5"]);

    static ImportCheck Check(long looked, long failures) => ImportCheck.Of("counts", looked, failures, []);

    static decimal ScoreOf(params ImportCheck[] checks) => ImportValidated.Of(checks, Facts.At).Score;
}
