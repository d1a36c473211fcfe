using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Extractions;

namespace Padron.Domain.Tests.Extractions;

public sealed class PremiumSharesTests
{
    static readonly Gen<int> Amount = Gen.OneOf(Gen.Choose(0, 50), Gen.Choose(0, 10_000));
    static readonly Gen<long[]> Stocks = Gen.ArrayOf(Gen.OneOf(Gen.Choose(0, 5), Gen.Choose(0, 3_000)).Select(available => (long)available));

    [Theory]
    [InlineData(10, new long[] { 100, 100 }, new[] { 5, 5 })]
    [InlineData(11, new long[] { 100, 100 }, new[] { 6, 5 })]
    [InlineData(11, new long[] { 100, 100, 100 }, new[] { 4, 4, 3 })]
    [InlineData(1, new long[] { 100, 100, 100 }, new[] { 1, 0, 0 })]
    [InlineData(10, new long[] { 2, 100 }, new[] { 2, 8 })]
    [InlineData(10, new long[] { 100, 0, 100 }, new[] { 5, 0, 5 })]
    [InlineData(9, new long[] { 100, 1, 100 }, new[] { 4, 1, 4 })]
    [InlineData(10, new long[] { 1, 2, 3 }, new[] { 1, 2, 3 })]
    [InlineData(10, new long[] { 0, 0 }, new[] { 0, 0 })]
    [InlineData(10, new long[0], new int[0])]
    [InlineData(0, new long[] { 5, 5 }, new[] { 0, 0 })]
    [InlineData(-1, new long[] { 5, 5 }, new[] { 0, 0 })]
    [InlineData(2_000_000_000, new[] { 36_000_000_000L, 36_000_000_000L }, new[] { 1_000_000_000, 1_000_000_000 })]
    public void An_amount_is_spread(int amount, long[] available, int[] shares) => PremiumShares.Split(amount, available).ShouldBe(shares);

    [Fact]
    public void The_shares_are_the_amount_or_all_there_is() =>
        Holds((amount, available, shares) => shares.Sum() == Math.Min(amount, available.Sum()));

    [Fact]
    public void Nobody_gives_more_than_he_has() =>
        Holds((_, available, shares) => shares.Zip(available).All(pair => pair.First >= 0 && pair.First <= pair.Second));

    [Fact]
    public void Where_nobody_is_short_shares_differ_by_one_at_most_and_the_best_ranked_have_the_larger() =>
        Holds((amount, available, _) =>
        {
            var shares = PremiumShares.Split(amount, [.. available.Select(_ => (long)amount)]);
            return shares.Length == 0 || (shares[0] - shares[^1] <= 1 && shares.SequenceEqual(shares.OrderDescending()));
        });

    [Fact]
    public void Among_those_who_are_not_short_the_better_ranked_never_has_the_smaller_share() =>
        Holds((_, available, shares) =>
        {
            var enough = shares.Where((share, i) => share < available[i]).ToArray();
            return enough.SequenceEqual(enough.OrderDescending());
        });

    static void Holds(Func<int, long[], int[], bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Arb.From(Amount), Arb.From(Stocks), (amount, available) =>
            property(amount, available, PremiumShares.Split(amount, available))));
}
