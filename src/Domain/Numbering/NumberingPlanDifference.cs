namespace Padron.Domain.Numbering;

/// <summary>How many numbers (not blocks) a plan tells otherwise than the one before.</summary>
/// <param name="BecameMobile">Assigned in both, and a mobile only by the newer.</param>
/// <param name="BecameFixed">Assigned in both, and a landline only by the newer.</param>
/// <param name="Added">Assigned by the newer only.</param>
/// <param name="Removed">Assigned by the older only.</param>
/// <param name="CarrierChanged">Assigned in both, to carriers of different names; the line may have changed as well.</param>
public sealed record NumberingPlanDifference(long BecameMobile, long BecameFixed, long Added, long Removed, long CarrierChanged)
{
    public static readonly NumberingPlanDifference None = new(0, 0, 0, 0, 0);

    public static NumberingPlanDifference Of(IEnumerable<PlanChange> changes) => changes.Aggregate(None, (sum, change) => (change.Before, change.After) switch
    {
        (null, _) => sum with { Added = sum.Added + change.Numbers },
        (_, null) => sum with { Removed = sum.Removed + change.Numbers },
        ({ } before, { } after) => sum with
        {
            BecameMobile = sum.BecameMobile + (change.ChangesLine && after.Line is LineType.Mobile ? change.Numbers : 0),
            BecameFixed = sum.BecameFixed + (change.ChangesLine && after.Line is LineType.Fixed ? change.Numbers : 0),
            CarrierChanged = sum.CarrierChanged + (before.Carrier != after.Carrier ? change.Numbers : 0),
        },
    });
}

/// <summary>A run of numbers of which two plans say different things, and the same of each.</summary>
/// <param name="First">First national number, inclusive.</param>
/// <param name="Last">Last national number, inclusive.</param>
/// <param name="Before">The older plan's block; null where it has none.</param>
/// <param name="After">The newer plan's block; null where it has none.</param>
public readonly record struct PlanChange(long First, long Last, NumberingBlock? Before, NumberingBlock? After)
{
    public long Numbers => Last - First + 1;

    public bool ChangesLine => Before?.Line != After?.Line;

    /// <summary>All of them, ascending: one walk over both plans side by side.</summary>
    public static IEnumerable<PlanChange> Between(NumberingPlan before, NumberingPlan after)
    {
        var (older, newer) = (0, 0);
        var number = 0L;
        while (older < before.Count || newer < after.Count)
        {
            var (was, wasUntil) = At(before, older, number);
            var (now, nowUntil) = At(after, newer, number);
            var last = Math.Min(wasUntil, nowUntil);
            if (was?.Line != now?.Line || was?.Carrier != now?.Carrier)
                yield return new(number, last, was, now);
            if (was?.Last == last) older++;
            if (now?.Last == last) newer++;
            number = last + 1;
        }
    }

    // What a plan says of a number that its earlier blocks are behind of, and up to which number it says the same.
    static (NumberingBlock? Block, long Until) At(NumberingPlan plan, int index, long number)
    {
        if (index == plan.Count)
            return (null, long.MaxValue);
        var block = plan.Blocks[index];
        return block.First > number ? (null, block.First - 1) : (block, block.Last);
    }
}
