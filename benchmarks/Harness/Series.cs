using System.Diagnostics;

namespace Padron.Benchmarks.Harness;

/// <summary>One kind of work, measured once a round.</summary>
sealed class Track(string work)
{
    readonly List<(double Units, double Seconds)> rounds = [];

    public string Work => work;

    public Spread Seconds => Spread.Of(rounds.Select(round => round.Seconds));

    public Spread Rate => Spread.Of(Rates);

    IEnumerable<double> Rates => rounds.Select(round => round.Units / round.Seconds);

    /// <param name="run">Returns how many units it did.</param>
    public async Task MeasureAsync(Func<Task<double>> run)
    {
        var watch = Stopwatch.StartNew();
        var units = await run();
        Add(units, watch.Elapsed);
    }

    /// <summary>A round that was measured as a part of another one.</summary>
    public void Add(double units, TimeSpan took) => rounds.Add((units, took.TotalSeconds));

    /// <summary>Round by round, so that what slowed the machine in a round slowed both.</summary>
    public Spread SpeedBy(Track other) => Spread.Of(Rates.Zip(other.Rates, (mine, others) => mine / others));
}

/// <summary>Work and what stands beside it, in rounds that have all of them.</summary>
sealed class Series(string area, string work, string unit)
{
    readonly List<Track> beside = [];

    public Track Measured { get; } = new(work);

    public string? Note { get; set; }

    public Track Beside(string other) => Beside(new Track(other));

    /// <summary>What stands beside another series too.</summary>
    public Track Beside(Track other)
    {
        beside.Add(other);
        return other;
    }

    /// <summary>What the median round may take at most.</summary>
    public Limit Limit(TimeSpan asked) => asked.TotalSeconds < 1
        ? new("round", asked.TotalMilliseconds, Measured.Seconds.Median * 1e3, "ms")
        : new("round", asked.TotalSeconds, Measured.Seconds.Median, "s");

    /// <summary>What the median rate must be at least.</summary>
    public Limit Floor(double asked) => new("rate", asked, Measured.Rate.Median, $"{unit}/s", AtLeast: true);

    /// <summary>What share of another's rate the median round must reach.</summary>
    public Limit FloorOf(Track other, double asked) => new("speed", asked, Measured.SpeedBy(other).Median, "times the work beside it", AtLeast: true);

    public Figure ToFigure(params Limit[] limits) => new(
        area, Measured.Work, unit, Measured.Rate, Measured.Seconds,
        [.. beside.Select(other => new Comparison(other.Work, other.Rate, other.Seconds, Measured.SpeedBy(other)))], Note: Note, Limits: limits is [] ? null : limits);

    /// <summary>Runs every piece of work in each round, forwards and backwards in turn.</summary>
    /// <param name="rounds">At least one.</param>
    /// <param name="works">Each with its track; what is between two of them is not measured.</param>
    public static async Task AlternateAsync(int rounds, params IReadOnlyList<(Track Track, Func<Task<double>> Run)> works)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (track, run) in round % 2 == 0 ? works : works.Reverse())
                await track.MeasureAsync(run);
        }
    }
}
