using Padron.Domain.Imports;

namespace Padron.Application.Imports.Load;

/// <param name="BatchSize">Rows a range: one transaction each.</param>
/// <param name="Lanes">Ranges stored at once.</param>
public readonly record struct LoadSetting(int BatchSize, int Lanes);

/// <summary>How the fastest setting of a load is found: the first rows are stored under each in turn, twice, and rows a second decide.</summary>
/// <remarks>The result is the same under every setting: ranges only cut the file's rows differently.</remarks>
public sealed record LoadTrial
{
    /// <summary>Settings beside the one that the load was asked for.</summary>
    public IReadOnlyList<LoadSetting> Others { get; init; } = [new(20_000, 2), new(10_000, 3)];

    /// <summary>Rows under one setting, at least, before the next has its turn.</summary>
    public int LotRows { get; init; } = 60_000;

    /// <summary>Each setting has so many turns: what disturbs the machine for some seconds shall not decide.</summary>
    public int Turns { get; init; } = 2;

    /// <summary>A smaller file is over before a better setting has paid for its trial.</summary>
    public long LeastRows { get; init; } = 1_000_000;
}

/// <summary>Ranges that are stored under one setting, one after another.</summary>
sealed class LoadLot(LoadSetting setting)
{
    public LoadSetting Setting { get; } = setting;

    /// <summary>Ranges that were cut for it.</summary>
    public int Cut { get; set; }

    /// <summary>Of them, those that are stored.</summary>
    public int Stored { get; set; }

    public long RowsStored { get; set; }

    /// <summary>No further range is cut for it.</summary>
    public bool IsCut { get; set; }

    /// <summary>The time in which its ranges were stored, of all lanes together.</summary>
    public TimeSpan LaneTime { get; set; }
}

/// <summary>How many rows the next range has and how many ranges are stored at once; a trial finds that out from the first ones.</summary>
sealed class LoadPace
{
    readonly Lock one = new();
    readonly TimeProvider clock;
    readonly LoadLot[] trials;
    readonly int lotRows;
    readonly Func<LoadSetting, IReadOnlyList<ImportTrial>, Task> decided;
    LoadLot goesOn;
    int next;
    int inHand;
    TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool isDecided;

    LoadPace(LoadSetting asked, LoadLot[] trials, int lotRows, TimeProvider clock, Func<LoadSetting, IReadOnlyList<ImportTrial>, Task> decided)
    {
        (Asked, this.trials, this.lotRows, this.clock, this.decided) = (asked, trials, lotRows, clock, decided);
        goesOn = new(asked);
        isDecided = trials.Length == 0;
    }

    /// <summary>The setting to begin with.</summary>
    public LoadSetting Asked { get; }

    /// <summary>No setting has more.</summary>
    public int MostLanes => trials.Select(lot => lot.Setting.Lanes).Append(Asked.Lanes).Max();

    public static LoadPace Of(LoadSetting setting) => new(setting, [], 0, TimeProvider.System, (_, _) => Task.CompletedTask);

    /// <param name="trial">What is tried.</param>
    /// <param name="asked">The first candidate; a file that ends in the middle of the trial ends with it.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="decided">Told the fastest setting and what was measured, once, after the range that ended the trial.</param>
    public static LoadPace Trying(LoadTrial trial, LoadSetting asked, TimeProvider clock, Func<LoadSetting, IReadOnlyList<ImportTrial>, Task> decided)
    {
        LoadSetting[] candidates = [asked, .. trial.Others.Where(other => other != asked)];
        var lots = Enumerable.Range(0, trial.Turns).SelectMany(_ => candidates).Select(setting => new LoadLot(setting)).ToArray();
        return new(asked, lots, trial.LotRows, clock, decided);
    }

    /// <summary>The lot of the next range. Called by the one thread that cuts them.</summary>
    public LoadLot NextLot()
    {
        lock (one)
        {
            if (next < trials.Length && (long)trials[next].Cut * trials[next].Setting.BatchSize >= lotRows)
                trials[next++].IsCut = true;
            var lot = next < trials.Length ? trials[next] : goesOn;
            lot.Cut++;
            return lot;
        }
    }

    /// <summary>Stores a range as soon as its setting has a lane free.</summary>
    public async Task StoreAsync(LoadRange range, Func<Task> store, CancellationToken ct)
    {
        await EnterAsync(range.Lot, ct);
        var began = clock.GetTimestamp();
        try
        {
            await store();
        }
        finally
        {
            Leave();
        }

        if (Count(range, clock.GetElapsedTime(began)) is { } trialled)
            await decided(goesOn.Setting, trialled);
    }

    async Task EnterAsync(LoadLot lot, CancellationToken ct)
    {
        while (true)
        {
            Task anyLeft;
            lock (one)
            {
                if (inHand < lot.Setting.Lanes)
                {
                    inHand++;
                    return;
                }

                anyLeft = left.Task;
            }

            await anyLeft.WaitAsync(ct);
        }
    }

    // Whoever waits looks again: how many lanes there are depends on whose turn it is.
    void Leave()
    {
        lock (one)
        {
            inHand--;
            left.SetResult();
            left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <returns>What was measured, when this range was the last of the trial.</returns>
    IReadOnlyList<ImportTrial>? Count(LoadRange range, TimeSpan took)
    {
        lock (one)
        {
            var lot = range.Lot;
            lot.Stored++;
            lot.RowsStored += range.RowsRead;
            lot.LaneTime += took;
            if (isDecided || trials.Any(trial => !trial.IsCut || trial.Stored < trial.Cut))
                return null;

            isDecided = true;
            var measured = Measured();
            var fastest = measured.MaxBy(trial => trial.Rows / trial.Seconds)!;
            goesOn = new(new(fastest.BatchSize, fastest.Lanes));
            return measured;
        }
    }

    // By the time in lanes, and not by the clock from lot to lot: those that follow each other overlap, and the later one may be the first to end.
    IReadOnlyList<ImportTrial> Measured() =>
    [
        .. trials.GroupBy(lot => lot.Setting).Select(turns => new ImportTrial(
            turns.Key.BatchSize, turns.Key.Lanes, turns.Sum(turn => turn.RowsStored), Math.Max(turns.Sum(turn => turn.LaneTime.TotalSeconds) / turns.Key.Lanes, 0.001))),
    ];
}
