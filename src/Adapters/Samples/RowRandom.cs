namespace Padron.Adapters.Samples;

/// <summary>Random draws that depend on a key alone (SplitMix64), so that any row can be drawn again without those before it.</summary>
struct RowRandom(ulong key)
{
    const ulong Golden = 0x9E3779B97F4A7C15;

    ulong state = key;

    /// <summary>The draws for one item. Streams keep apart what is drawn under one seed for the plan, the numbers, the texts.</summary>
    public static RowRandom For(long seed, uint stream, long item) =>
        new(Mix(Mix((ulong)seed + stream * Golden) + (ulong)item * Golden));

    public ulong Next() => Mix(state += Golden);

    /// <returns>0 inclusive to 1 exclusive.</returns>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <returns>0 inclusive to <paramref name="bound"/> exclusive.</returns>
    public long Below(long bound) => (long)Math.BigMul(Next(), (ulong)bound, out _);

    public bool Chance(double share) => share > 0 && NextDouble() < share;

    public T Of<T>(T[] pool) => pool[Below(pool.Length)];

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
