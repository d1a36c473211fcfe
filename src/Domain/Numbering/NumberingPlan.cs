using System.Collections.Immutable;

namespace Padron.Domain.Numbering;

/// <summary>The regulator's plan: which numbers were assigned, to whom, and whether they are mobile. Immutable.</summary>
/// <remarks>
/// Blocks end anywhere: one series of ten thousand in sixty holds both mobiles and landlines, so a table by leading digits would be
/// wrong, and every number is looked for by binary search among the few blocks that share its leading digits.
/// </remarks>
public sealed class NumberingPlan
{
    const long SmallestNational = 1_000_000_000;
    const long LargestNational = 9_999_999_999;

    const int NumbersPerHead = 100_000;
    const int Heads = (int)(LargestNational / NumbersPerHead) + 1;

    // The starts of the blocks by themselves: a search touches a quarter of the memory.
    readonly long[] firsts;

    // How many blocks begin below each five-digit head. Over all 178,000 blocks a search misses the cache too often: 270 ns, with this 70.
    readonly int[] begunBelow = new int[Heads + 1];

    NumberingPlan(ImmutableArray<NumberingBlock> blocks, int overlaps)
    {
        Blocks = blocks;
        Overlaps = overlaps;
        firsts = [.. blocks.Select(block => block.First)];
        foreach (var first in firsts) begunBelow[(first / NumbersPerHead) + 1]++;
        for (var head = 1; head <= Heads; head++) begunBelow[head] += begunBelow[head - 1];
    }

    public static NumberingPlan Empty { get; } = new([], 0);

    /// <summary>Ascending, and no two share a number.</summary>
    public ImmutableArray<NumberingBlock> Blocks { get; }

    public int Count => Blocks.Length;

    public bool IsEmpty => Blocks.IsEmpty;

    /// <summary>How many blocks shared numbers with another and were cut or left out: a few dozen in the published file.</summary>
    public int Overlaps { get; }

    /// <summary>
    /// Where blocks overlap, the one that begins first keeps the shared numbers, and of two that begin together the one given first; of
    /// the other stays what lies behind. The plan says nothing of which is right, but so a file always means the same.
    /// </summary>
    /// <exception cref="ArgumentException">A block is empty or does not lie within ten-digit numbers.</exception>
    public static NumberingPlan From(IEnumerable<NumberingBlock> blocks)
    {
        var kept = ImmutableArray.CreateBuilder<NumberingBlock>();
        var overlaps = 0;
        var end = 0L;
        foreach (var block in blocks.OrderBy(block => block.First)) // stable: what begins together stays in the order given
        {
            if (block.First < SmallestNational || block.Last > LargestNational || block.Last < block.First)
                throw new ArgumentException($"No block of the plan can reach from {block.First} to {block.Last}.", nameof(blocks));
            if (block.First <= end) overlaps++;
            if (block.Last > end) kept.Add(block with { First = Math.Max(block.First, end + 1) });
            end = Math.Max(end, block.Last);
        }

        return kept.Count == 0 ? Empty : new(kept.ToImmutable(), overlaps);
    }

    /// <returns>The block that holds the number; null when it was never assigned, or is not Mexican.</returns>
    public NumberingBlock? Find(PhoneNumber phone)
    {
        if (!phone.IsMexican) return null;
        var national = phone.MexicanNational;
        var head = national / NumbersPerHead;
        var from = begunBelow[head];
        var index = Array.BinarySearch(firsts, from, begunBelow[head + 1] - from, national);
        if (index < 0) index = ~index - 1; // the last block that begins before it, perhaps under an earlier head
        return index >= 0 && national <= Blocks[index].Last ? Blocks[index] : null;
    }
}
