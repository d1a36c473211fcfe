using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Numbering;

public sealed class NumberingPlanTests
{
    static readonly NumberingBlock Landlines = new(5510000000, 5510009999, LineType.Fixed, "Telefonía de Ejemplo");
    static readonly NumberingBlock Mobiles = new(5510010000, 5510010899, LineType.Mobile, "Móviles de Ejemplo");
    static readonly NumberingBlock North = new(8180000000, 8180000000, LineType.Mobile, "Norte de Ejemplo");

    // Unsorted, as the published file is.
    static readonly NumberingPlan Plan = NumberingPlan.From([North, Landlines, Mobiles]);

    [Theory]
    [InlineData(5509999999, LineType.Unknown)]
    [InlineData(5510000000, LineType.Fixed)]
    [InlineData(5510009999, LineType.Fixed)]
    [InlineData(5510010000, LineType.Mobile)]
    [InlineData(5510010899, LineType.Mobile)]
    [InlineData(5510010900, LineType.Unknown)]
    [InlineData(8180000000, LineType.Mobile)]
    [InlineData(8180000001, LineType.Unknown)]
    [InlineData(9999999999, LineType.Unknown)]
    [InlineData(2200000000, LineType.Unknown)]
    public void Both_ends_of_a_block_belong_to_it(long national, LineType line) =>
        (Plan.Find(PhoneNumber.Mexican(national))?.Line ?? LineType.Unknown).ShouldBe(line);

    [Fact]
    public void A_block_is_found_whole() => Plan.Find(PhoneNumber.Mexican(5510010500)).ShouldBe(Mobiles);

    [Fact]
    public void A_number_of_another_country_is_in_no_block() => Plan.Find(new PhoneNumber(12135550100)).ShouldBeNull();

    [Fact]
    public void No_plan_knows_no_number()
    {
        NumberingPlan.From([]).IsEmpty.ShouldBeTrue();
        NumberingPlan.Empty.Count.ShouldBe(0);
        NumberingPlan.Empty.Find(PhoneNumber.Mexican(5510000000)).ShouldBeNull();
        Plan.IsEmpty.ShouldBeFalse();
        (Plan.Count, Plan.Overlaps).ShouldBe((3, 0));
    }

    [Fact]
    public void Of_overlapping_blocks_the_one_that_begins_first_keeps_the_shared_numbers()
    {
        var late = new NumberingBlock(5510005000, 5510012000, LineType.Mobile, "Tardía");
        var within = new NumberingBlock(5510000100, 5510000199, LineType.Mobile, "Interior");

        var plan = NumberingPlan.From([late, within, Landlines]);

        plan.Overlaps.ShouldBe(2);
        plan.Blocks.ShouldBe([Landlines, late with { First = 5510010000 }]);
    }

    [Fact]
    public void Of_blocks_that_begin_together_the_first_given_goes_first()
    {
        var longer = Landlines with { Last = 5510019999, Carrier = "Larga" };

        NumberingPlan.From([Landlines, longer]).Blocks.ShouldBe([Landlines, longer with { First = 5510010000 }]);
        NumberingPlan.From([longer, Landlines]).Blocks.ShouldBe([longer]);
    }

    [Theory]
    [InlineData(5510000001, 5510000000)]
    [InlineData(551000000, 5510000000)]
    [InlineData(5510000000, 55100000000)]
    public void A_block_that_cannot_be_is_refused(long first, long last) =>
        Should.Throw<ArgumentException>(() => NumberingPlan.From([new(first, last, LineType.Fixed, "x")]))
            .Message.ShouldContain($"{first} to {last}");

    [Fact]
    public void Searching_finds_what_a_scan_of_all_blocks_finds()
    {
        // A stretch of 300 numbers, so that blocks touch, overlap and leave gaps.
        var block = from first in Gen.Choose(0, 250)
                    from length in Gen.Choose(1, 50)
                    from line in Gen.Elements(LineType.Mobile, LineType.Fixed)
                    select new NumberingBlock(5510000000 + first, 5510000000 + first + length - 1, line, $"{first}+{length}");

        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(block.ListOf()), blocks =>
        {
            var plan = NumberingPlan.From(blocks);
            var inOrder = blocks.OrderBy(b => b.First).ToArray();
            return Enumerable.Range(-1, 303).Select(n => 5510000000L + n).All(number =>
            {
                var expected = inOrder.Where(b => b.First <= number && number <= b.Last).Select(b => (b.Line, b.Carrier)).FirstOrDefault();
                var found = plan.Find(PhoneNumber.Mexican(number));
                return (found?.Line ?? default, found?.Carrier) == expected;
            });
        }));
    }
}
