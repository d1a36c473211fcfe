using Padron.Domain.Numbering;

namespace Padron.Adapters.Samples;

/// <summary>Ten digits, and what the plan has on them.</summary>
readonly record struct SampleNumber(long National, SampleLada Lada, LineType Line);

/// <summary>Gives each row a number of its own, from the row's id alone: no two rows share one, and none has to be remembered.</summary>
/// <remarks>
/// Rows go in rounds of <see cref="Geography.Slots"/>. Within a round a permutation gives the row a slot, and the slot has a LADA;
/// the round and the slot's place among its LADA's slots make an ordinal within the LADA, which a second permutation turns into a number.
/// Each step is one-to-one, so the whole is.
/// </remarks>
sealed class NumberPool
{
    const uint RandomStream = 2;

    readonly SampleLada[] ladaOfSlot = new SampleLada[Geography.Slots];
    readonly PlanSeries[][] series;
    readonly Permutation slots;
    readonly Permutation[] numbers;

    public NumberPool(Geography geography, SamplePlan plan, long seed)
    {
        var random = RowRandom.For(seed, RandomStream, 0);
        slots = new(Geography.Slots, ref random);
        series = plan.ByLada;
        numbers = new Permutation[geography.Ladas.Length];
        foreach (var lada in geography.Ladas)
        {
            ladaOfSlot.AsSpan(lada.FirstSlot, lada.SlotCount).Fill(lada);
            numbers[lada.Index] = new((long)series[lada.Index].Length * PlanSeries.Size, ref random);
        }
    }

    // Rows are counted from 1.
    public SampleNumber this[long row]
    {
        get
        {
            var (round, place) = Math.DivRem(row - 1, Geography.Slots);
            var slot = (int)slots.At(place, (ulong)round * 0x9E3779B97F4A7C15);
            var lada = ladaOfSlot[slot];
            var drawn = numbers[lada.Index][round * lada.SlotCount + slot - lada.FirstSlot];
            var (at, offset) = Math.DivRem(drawn, PlanSeries.Size);
            var from = series[lada.Index][at];
            return new(from.First + offset, lada, from.LineAt((int)offset));
        }
    }
}
