using System.Globalization;
using Padron.Domain.Numbering;

namespace Padron.Adapters.Samples;

/// <summary>The series the sample's numbers are drawn from: more than it needs, as in the true plan, where most numbers have no owner.</summary>
sealed class SamplePlan
{
    const uint RandomStream = 1;

    /// <summary>Room a LADA has for each number drawn from it, so that its numbers do not look like a list.</summary>
    const int Spare = 3;

    /// <summary>Few series would leave a small LADA without any landline, or with nothing else.</summary>
    const int LeastSeries = 12;

    // LADAs that hold mobile lines only, in the plan in force since 2019.
    static readonly HashSet<string> MobileOnly = ["479", "663", "729", "990"];

    SamplePlan(PlanSeries[][] byLada) => ByLada = byLada;

    /// <summary>By <see cref="SampleLada.Index"/>.</summary>
    public PlanSeries[][] ByLada { get; }

    /// <exception cref="ArgumentOutOfRangeException">There are not so many numbers in Mexico.</exception>
    public static SamplePlan Draw(Geography geography, SampleOptions options) =>
        new([.. geography.Ladas.Select(lada => SeriesOf(lada, options))]);

    static PlanSeries[] SeriesOf(SampleLada lada, SampleOptions options)
    {
        var random = RowRandom.For(options.Seed, RandomStream, lada.Index);
        var candidates = Candidates(lada);
        var needed = (options.Rows + Geography.Slots - 1) / Geography.Slots * lada.SlotCount;
        if (needed > (long)candidates.Length * PlanSeries.Size)
            throw new ArgumentOutOfRangeException(paramName: null, $"LADA {lada.Code} has too few numbers for a sample of {options.Rows} rows.");

        var count = Math.Clamp(needed * Spare / PlanSeries.Size + 1, LeastSeries, candidates.Length);
        var order = new Permutation(candidates.Length, ref random);
        var fixedShare = MobileOnly.Contains(lada.Code) ? 0 : 1 - options.MobileShare;

        // What is still owed to landlines is carried from series to series, so that the share is met within each LADA.
        var owed = fixedShare * random.Below(PlanSeries.Size);
        var series = new PlanSeries[count];
        for (var i = 0; i < count; i++)
        {
            owed += fixedShare * PlanSeries.Size;
            series[i] = Divide(lada, candidates[order[i]] * PlanSeries.Size, ref owed, ref random);
        }

        return series;
    }

    static PlanSeries Divide(SampleLada lada, long first, ref double owed, ref RowRandom random)
    {
        // From half a series on, so that over and under cancel out.
        if (owed >= PlanSeries.Size / 2)
        {
            owed -= PlanSeries.Size;
            return new(lada, first, random.Chance(0.2) ? SplitBelow(PlanSeries.Size, ref random) : PlanSeries.Size, LineType.Fixed, LineType.Fixed);
        }

        if (owed >= 1_000 && random.Chance(0.3))
        {
            var landlines = SplitBelow((int)owed + 1, ref random);
            owed -= landlines;
            return random.Chance(0.5)
                ? new(lada, first, landlines, LineType.Fixed, LineType.Mobile)
                : new(lada, first, PlanSeries.Size - landlines, LineType.Mobile, LineType.Fixed);
        }

        return new(lada, first, random.Chance(0.2) ? SplitBelow(PlanSeries.Size, ref random) : PlanSeries.Size, LineType.Mobile, LineType.Mobile);
    }

    /// <summary>Mostly whole thousands; the true plan has others too, so a table of thousands is not enough to hold it.</summary>
    static int SplitBelow(int bound, ref RowRandom random) =>
        bound > 1_000 && random.Chance(0.7) ? 1_000 * (1 + (int)random.Below((bound - 1) / 1_000)) : 1 + (int)random.Below(bound - 1);

    /// <returns>The first six digits of the LADA's series, without those in which a number could be taken for a placeholder.</returns>
    static long[] Candidates(SampleLada lada)
    {
        var digits = 6 - lada.Code.Length;
        var span = (int)Math.Pow(10, digits);
        var prefix = long.Parse(lada.Code, CultureInfo.InvariantCulture) * span;
        return [.. Enumerable.Range(span / 10, span - span / 10).Where(series => !LooksMadeUp(series, digits)).Select(series => prefix + series)];
    }

    /// <summary>1111…, 1234…, 9876…: every step between neighbouring digits is the same one of 0, 1 and -1.</summary>
    static bool LooksMadeUp(int series, int digits)
    {
        var step = series / 10 % 10 - series % 10;
        if (step is not (0 or 1 or -1 or 9 or -9))
            return false;
        for (var (rest, i) = (series / 10, 2); i < digits; i++, rest /= 10)
        {
            if ((rest / 10 % 10 - rest % 10 - step) % 10 is not 0)
                return false;
        }

        return true;
    }
}
