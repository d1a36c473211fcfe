namespace Padron.Domain.Extractions;

/// <summary>How a premium extraction is spread over the ranked LADAs.</summary>
public static class PremiumShares
{
    /// <summary>
    /// An equal share of each, the remainder to the best ranked; what one lacks is spread over the others in the same way, until the
    /// amount is met or nobody has more.
    /// </summary>
    /// <param name="amount">Contacts asked for.</param>
    /// <param name="available">Contacts each LADA has, best ranked first.</param>
    /// <returns>The share of each, in the same order; it sums to <paramref name="amount"/> or to all there is.</returns>
    public static int[] Split(int amount, IReadOnlyList<long> available)
    {
        var shares = new int[available.Count];
        while (amount > 0)
        {
            var open = Enumerable.Range(0, shares.Length).Where(i => shares[i] < available[i]).ToArray();
            if (open.Length == 0)
                break;
            var (each, remainder) = Math.DivRem(amount, open.Length);
            for (var place = 0; place < open.Length; place++)
            {
                var i = open[place];
                var taken = (int)Math.Min(each + (place < remainder ? 1 : 0), available[i] - shares[i]);
                shares[i] += taken;
                amount -= taken;
            }
        }

        return shares;
    }
}
