using System.Diagnostics;
using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Benchmarks.Harness;
using Padron.Benchmarks.Reference;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks;

/// <summary>
/// A whole extraction (choose, append an event to each contact at its version, write manifest and file) beside the customer's statements, which
/// choose, or choose and mark, and write no file.
/// </summary>
static class ExtractionBench
{
    public const string Area = "extraction";

    const int MostRounds = 5;

    // Of many millions the customer's statements take minutes: then fewer rounds say enough.
    static readonly TimeSpan Enough = TimeSpan.FromMinutes(2);

    public static readonly int[] Amounts = [1, 1_000, 10_000];

    // To the last claimed contact; to the file it is twice that.
    static readonly Dictionary<int, TimeSpan> Limits = new() { [1_000] = TimeSpan.FromMilliseconds(80), [10_000] = TimeSpan.FromMilliseconds(500) };

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        await using var reference = await ReferenceTables.CreateAsync(register);
        var best = await BestStateAsync(register);
        foreach (var selection in (Selection[])[best, new(SelectionKind.Premium)])
        {
            foreach (var amount in Amounts)
                await MeasureAsync(bench, register, reference, selection, amount);
        }
    }

    /// <summary>The state with the most contacts.</summary>
    public static async Task<Selection> BestStateAsync(Register register) =>
        new(SelectionKind.State, StateCode: (await register.Get<AvailabilityQueries>().ByPlaceAsync(SelectionKind.State)).First(place => place.Value != "").Value);

    /// <summary>As many rounds as half of its contacts last for: the other half is for <see cref="HttpBench"/>, whose rounds take the amount twice.</summary>
    public static async Task<int> RoundsAsync(Register register, Selection selection, int amount) =>
        (int)Math.Min(MostRounds, await register.Get<AvailabilityQueries>().CountAsync(selection) / 2 / amount);

    static async Task MeasureAsync(Bench bench, Register register, ReferenceTables reference, Selection selection, int amount)
    {
        var state = MexicanStates.Find(selection.StateCode ?? "")?.Name;
        var place = state is null ? "premium" : "a state";
        var work = $"extract {amount:N0} of {place}, from request to file";
        var rounds = await RoundsAsync(register, selection, amount);
        if (rounds == 0)
        {
            bench.Skip(Area, work, "the register has too few");
            return;
        }

        var (series, claim) = (new Series(Area, work, "contacts"), new Series(Area, $"claim {amount:N0} of {place}, from request to the last commit", "contacts"));
        var (choose, mark) = (series.Beside("the customer's statement on our read model, which only chooses"), series.Beside("the customer's choosing and marking, on a flat copy"));
        claim.Beside(mark);
        var extract = register.Get<ExtractContactsHandler>();
        var began = Stopwatch.GetTimestamp();
        for (var round = 0; round < rounds && Stopwatch.GetElapsedTime(began) < Enough; round++)
        {
            var path = Path.Combine(register.Directory, $"{selection.Kind}-{amount}-{round}.txt");
            (Track, Func<Task<double>>)[] works =
            [
                (series.Measured, async () =>
                {
                    var claimed = new Claimed();
                    var result = await extract.HandleAsync(new(selection, amount, ExtractionFormat.Txt, path, Seed: null, "bench"), claimed);
                    claim.Measured.Add(result.Obtained, claimed.After);
                    return result.Obtained;
                }
            ),
                (choose, () => reference.ChooseAsync(state, amount)),
                (mark, () => reference.ChooseAndMarkAsync(state, amount)),
            ];
            await Series.AlternateAsync(rounds: 1, round % 2 == 0 ? works : [.. works.Reverse()]);
            await register.CatchUpAsync();
        }

        Limit[] none = [];
        bench.Add(claim.ToFigure(Limits.TryGetValue(amount, out var limit) ? [claim.Limit(limit)] : none));
        bench.Add(series.ToFigure(limit > TimeSpan.Zero ? [series.Limit(2 * limit)] : none));
    }

    /// <summary>When the last contacts were claimed, from the request on: a claim tells of each batch that has committed.</summary>
    sealed class Claimed : IProgress<int>
    {
        readonly long began = Stopwatch.GetTimestamp();

        public TimeSpan After { get; private set; }

        public void Report(int value) => After = Stopwatch.GetElapsedTime(began);
    }
}
