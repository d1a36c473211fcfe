using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Numbering;

public sealed class NumberingPlanDifferenceTests
{
    const long Base = 5510000000;

    static readonly NumberingPlan Before = Plan((0, 99, LineType.Fixed, "A"), (100, 199, LineType.Mobile, "B"), (300, 309, LineType.Mobile, "B"));

    [Fact]
    public void Numbers_are_counted_and_not_blocks()
    {
        var after = Plan((0, 49, LineType.Mobile, "A"), (50, 99, LineType.Fixed, "A"), (100, 149, LineType.Fixed, "C"), (150, 199, LineType.Mobile, "C"), (205, 214, LineType.Fixed, "D"));

        NumberingPlanDifference.Of(PlanChange.Between(Before, after))
            .ShouldBe(new(BecameMobile: 50, BecameFixed: 50, Added: 10, Removed: 10, CarrierChanged: 100));
    }

    [Fact]
    public void A_block_cut_in_two_is_no_difference() => PlanChange.Between(
        Before, Plan((0, 9, LineType.Fixed, "A"), (10, 99, LineType.Fixed, "A"), (100, 199, LineType.Mobile, "B"), (300, 309, LineType.Mobile, "B"))).ShouldBeEmpty();

    [Fact]
    public void The_first_plan_adds_all_its_numbers_and_none_removes_them()
    {
        NumberingPlanDifference.Of(PlanChange.Between(NumberingPlan.Empty, Before)).ShouldBe(NumberingPlanDifference.None with { Added = 210 });
        NumberingPlanDifference.Of(PlanChange.Between(Before, NumberingPlan.Empty)).ShouldBe(NumberingPlanDifference.None with { Removed = 210 });
        PlanChange.Between(NumberingPlan.Empty, NumberingPlan.Empty).ShouldBeEmpty();
    }

    [Fact]
    public void Two_plans_differ_where_they_differ_number_by_number()
    {
        var block = from first in Gen.Choose(0, 150)
                    from length in Gen.Choose(1, 40)
                    from line in Gen.Elements(LineType.Mobile, LineType.Fixed, LineType.Unknown)
                    from carrier in Gen.Elements("A", "B")
                    select new NumberingBlock(Base + first, Base + first + length - 1, line, carrier);
        var plans = from before in block.ListOf() from after in block.ListOf() select (Before: NumberingPlan.From(before), After: NumberingPlan.From(after));

        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(plans), pair =>
        {
            var changes = PlanChange.Between(pair.Before, pair.After).ToArray();
            var told = changes.SelectMany(change => Enumerable.Range(0, (int)change.Numbers).Select(i => (change.First + i, Said(change.Before), Said(change.After))));
            var expected = Enumerable.Range(-1, 203).Select(n => Base + n)
                .Select(number => (number, Said(pair.Before.Find(PhoneNumber.Mexican(number))), Said(pair.After.Find(PhoneNumber.Mexican(number)))))
                .Where(said => said.Item2 != said.Item3).ToArray();
            var difference = NumberingPlanDifference.Of(changes);
            return told.SequenceEqual(expected)
                && difference == new NumberingPlanDifference(
                    expected.Count(said => said is ({ }, { } was, { Line: LineType.Mobile }) && was.Line is not LineType.Mobile),
                    expected.Count(said => said is ({ }, { } was, { Line: LineType.Fixed }) && was.Line is not LineType.Fixed),
                    expected.Count(said => said is ({ }, null, not null)),
                    expected.Count(said => said is ({ }, not null, null)),
                    expected.Count(said => said is ({ }, { } was, { } now) && was.Carrier != now.Carrier));
        }));

        static (LineType Line, string Carrier)? Said(NumberingBlock? block) => block is { } found ? (found.Line, found.Carrier) : null;
    }

    static NumberingPlan Plan(params (int First, int Last, LineType Line, string Carrier)[] blocks) =>
        NumberingPlan.From(blocks.Select(block => new NumberingBlock(Base + block.First, Base + block.Last, block.Line, block.Carrier)));
}
