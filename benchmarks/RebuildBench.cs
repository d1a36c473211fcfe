using Padron.Benchmarks.Harness;
using Padron.Projections.Contacts;
using Padron.Projections.Rebuilds;

namespace Padron.Benchmarks;

/// <summary>Folding the contacts again from the first event, beside the same bare folding as in <see cref="ProjectionRounds"/>.</summary>
static class RebuildBench
{
    public const string Area = "rebuild";

    const double RateAsked = 150_000;

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        await ProjectionRounds.CreateTablesAsync(register);
        var series = new Series(Area, "rebuild contacts", "events");
        var fold = series.Beside("a bare insert … select of the same events");
        var own = series.Beside("without the first pass, by the projection's own statements");
        var events = (await register.Statuses.ReadAsync())[0].HighWaterMark;
        await Series.AlternateAsync(rounds: 2, (series.Measured, RebuildAsync), (fold, () => ProjectionRounds.FoldAsync(register, 0, events)), (own, RebuildByOwnAsync));
        await register.ExecuteAsync("drop table bench.folded");
        await register.ExecuteAsync("vacuum analyze");
        bench.Add(series.ToFigure(series.Floor(RateAsked)));

        async Task<double> RebuildAsync()
        {
            await register.Get<ProjectionRebuild>().RunAsync(ContactsProjection.Definition);
            return events;
        }

        async Task<double> RebuildByOwnAsync()
        {
            await new ProjectionRebuild(register.DataSource, register.CatchUp, TimeProvider.System) { UsesFreshFold = false }.RunAsync(ContactsProjection.Definition);
            return events;
        }
    }
}
