using Padron.Domain.Extractions;

namespace Padron.Application.Extractions;

/// <summary>What an extraction takes from each of its pools: batches are of several, and what one lacks is spread over those that have more.</summary>
sealed class PoolShares
{
    readonly PoolShare[] pools;

    /// <param name="amount">Contacts asked for, of all pools together.</param>
    /// <param name="pools">Those it may take from, the best ranked first, with what each had before this extraction took anything, and what of it this one holds.</param>
    /// <remarks>Shares are of the whole: whoever goes on after a crash takes from each pool what the dead process would have taken.</remarks>
    public PoolShares(int amount, IReadOnlyList<(PoolWalk Walk, long Available, int Held)> pools) =>
        this.pools =
        [
            .. pools.Zip(
                PremiumShares.Split(amount, [.. pools.Select(pool => pool.Available)]),
                (pool, share) => new PoolShare(pool.Walk) { Due = Math.Max(share - pool.Held, 0) }),
        ];

    /// <summary>The next candidates, pool by pool.</summary>
    /// <param name="missing">How many the extraction still lacks.</param>
    /// <param name="most">How many of them now, at most; fewer only where no pool has more.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<Candidate>> NextAsync(int missing, int most, CancellationToken ct)
    {
        var (candidates, count) = (new List<Candidate>(), Math.Min(missing, most));
        while (candidates.Count < count && pools.Where(pool => !pool.IsExhausted).ToArray() is [_, ..] open)
        {
            Spread(missing - candidates.Count - open.Sum(pool => pool.Due), open);
            foreach (var pool in open)
                candidates.AddRange(await pool.NextAsync(count - candidates.Count, ct));
        }

        return candidates;
    }

    /// <summary>Ends a batch: whoever of it was not obtained is replaced from the pool it came from, as far as that has more.</summary>
    public void Obtained(IReadOnlySet<Guid> contacts)
    {
        foreach (var pool in pools)
            pool.Obtained(contacts);
    }

    static void Spread(int lacking, PoolShare[] open)
    {
        foreach (var (pool, share) in open.Zip(PremiumShares.Split(lacking, [.. open.Select(_ => (long)int.MaxValue)])))
            pool.Due += share;
    }

    sealed class PoolShare(PoolWalk walk)
    {
        IReadOnlyList<Candidate> proposed = [];

        /// <summary>How many it is still to propose.</summary>
        public int Due { get; set; }

        public bool IsExhausted => walk.IsExhausted;

        public async Task<IReadOnlyList<Candidate>> NextAsync(int most, CancellationToken ct)
        {
            var next = await walk.NextAsync(Math.Min(Due, most), ct);
            proposed = [.. proposed, .. next];
            Due -= next.Count;
            return next;
        }

        public void Obtained(IReadOnlySet<Guid> contacts)
        {
            Due += proposed.Count(candidate => !contacts.Contains(candidate.Id));
            proposed = [];
        }
    }
}
