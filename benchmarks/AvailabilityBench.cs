using Padron.Application.Availability;
using Padron.Benchmarks.Harness;
using Padron.Benchmarks.Reference;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks;

/// <summary>Counts, which are sums over a few rows of <c>contact_counts</c> and are kept while those stand, beside counting the contacts.</summary>
static class AvailabilityBench
{
    public const string Area = "availability";

    const int Rounds = 5;
    const int Calls = 50;
    const int KeptCalls = 1_000;
    const double Limit = 5; // ms

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        await using var reference = await ReferenceTables.CreateAsync(register);
        var queries = register.Get<AvailabilityQueries>();
        var kept = register.Get<CachedAvailability>();
        var state = await ExtractionBench.BestStateAsync(register);
        var name = MexicanStates.Find(state.StateCode!)!.Name;
        const string Customers = "the customer's statement on our read model";

        await MeasureAsync("available in a state", () => queries.CountAsync(state), Customers, () => reference.AvailableAsync("state", name));
        await MeasureAsync("available in each premium LADA", () => queries.PremiumAsync(), Customers + " (all LADAs in one sum)", () => reference.AvailableAsync("premium", ""));
        await MeasureAsync(
            "contacts in each status", () => queries.ByStatusAsync(),
            "counting the contacts", () => register.ExecuteAsync("select status, count(*) from read.contact_states group by status"));
        await MeasureAsync(
            "contacts by city, all cities", () => queries.ByPlaceAsync(SelectionKind.City),
            "counting the contacts", () => register.ExecuteAsync("select city_key, state_code, count(*) filter (where status = 'VERIFIED'), count(*) from read.contact_states group by 1, 2 order by 3 desc"));

        await KeptAsync("contacts by state, kept", () => kept.ByPlaceAsync(SelectionKind.State), () => queries.ByPlaceAsync(SelectionKind.State), () => reference.AvailableAsync("state", name));
        await KeptAsync("contacts by city, all cities, kept", () => kept.ByPlaceAsync(SelectionKind.City), () => queries.ByPlaceAsync(SelectionKind.City), () => reference.AvailableAsync("city", "%"));
        await KeptAsync("available in each premium LADA, kept", () => kept.PremiumAsync(), () => queries.PremiumAsync(), () => reference.AvailableAsync("premium", ""));

        async Task KeptAsync(string work, Func<Task> run, Func<Task> count, Func<Task> naive)
        {
            var series = new Series(Area, work, "answers");
            var latencies = new Latencies();
            await run(); // the first one is computed
            await Series.AlternateAsync(
                Rounds,
                (series.Measured, () => RepeatAsync(() => latencies.MeasureAsync(run), KeptCalls)),
                (series.Beside("counting each time"), () => RepeatAsync(count, Calls)),
                (series.Beside(Customers), () => RepeatAsync(naive, 1)));
            series.Note = latencies.ToString();
            bench.Add(series.ToFigure(latencies.Limit(Limit)));
        }

        async Task MeasureAsync(string work, Func<Task> run, string other, Func<Task> naive)
        {
            var series = new Series(Area, work, "answers");
            var latencies = new Latencies();
            await Series.AlternateAsync(
                Rounds,
                (series.Measured, () => RepeatAsync(() => latencies.MeasureAsync(run), Calls)),
                (series.Beside(other), () => RepeatAsync(naive, 1)));
            series.Note = latencies.ToString();
            bench.Add(series.ToFigure(latencies.Limit(Limit)));
        }
    }

    static async Task<double> RepeatAsync(Func<Task> call, int times)
    {
        for (var i = 0; i < times; i++)
            await call();
        return times;
    }
}
