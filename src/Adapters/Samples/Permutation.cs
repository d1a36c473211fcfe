using System.Numerics;

namespace Padron.Adapters.Samples;

/// <summary>A keyed one-to-one shuffling of 0…size-1 in constant memory: distinct items get distinct places, with no list of those taken.</summary>
/// <remarks>
/// Every step below can be undone within so many bits, so the whole can. Places at or above the size are walked through
/// until one below it comes up; as the power of two is less than twice the size, that takes under two rounds on average.
/// </remarks>
sealed class Permutation
{
    readonly ulong size, mask, key, firstFactor, secondFactor;
    readonly int shift;

    public Permutation(long size, ref RowRandom random)
    {
        this.size = (ulong)size;
        var bits = Math.Max(2, 64 - BitOperations.LeadingZeroCount(this.size - 1));
        mask = (1UL << bits) - 1;
        shift = (bits + 1) / 2;
        key = random.Next();
        firstFactor = random.Next() | 1; // odd, or multiplying would lose a bit
        secondFactor = random.Next() | 1;
    }

    public long this[long item] => At(item, 0);

    /// <summary>Another tweak is another permutation of the same size.</summary>
    public long At(long item, ulong tweak)
    {
        var x = (ulong)item;
        do
        {
            x = (x ^ key ^ tweak) & mask;
            x = (x * firstFactor) & mask;
            x ^= x >> shift;
            x = (x * secondFactor + (key >> 32)) & mask;
            x ^= x >> shift;
            x = (x * firstFactor) & mask;
            x ^= x >> shift;
        }
        while (x >= size);
        return (long)x;
    }
}
