using System.Diagnostics;
using System.Globalization;
using Padron.Application.Availability;
using Padron.Application.Segments;
using Padron.Benchmarks.Harness;
using Padron.Benchmarks.Reference;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Domain.Segments;

namespace Padron.Benchmarks;

/// <summary>Segments: materialised into an audience, beside the customer's statement that chooses as many of the same contacts; and counted, beside counting the contacts.</summary>
static class SegmentBench
{
    public const string Area = "segments";

    const int Rounds = 5;
    const int Counts = 500;

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        await using var reference = await ReferenceTables.CreateAsync(register);
        var best = await ExtractionBench.BestStateAsync(register);
        var (segments, audiences) = (register.Get<SegmentHandler>(), register.Get<Audiences>());
        var (state, everybody) = (SegmentName.Parse("bench-state"), SegmentName.Parse("bench-everybody"));
        await segments.DefineAsync(state, new() { States = [best.StateCode!], Statuses = [ContactStatus.Verified] }, "bench");
        await segments.DefineAsync(everybody, new() { Statuses = [ContactStatus.Verified] }, "bench");

        var name = MexicanStates.Find(best.StateCode!)!.Name;
        var inState = await register.Get<AvailabilityQueries>().CountAsync(best);
        await MaterialiseAsync($"materialise a segment of {inState:N0}, a state", state, "the customer's statement on our read model, which only chooses as many", () => reference.ChooseAsync(name, (int)inState));
        await MaterialiseAsync(
            $"materialise a segment of {(await register.Get<AvailabilityQueries>().ByStatusAsync())["VERIFIED"]:N0}, all verified", everybody,
            "copying their ids to a table, a row each", async () =>
            {
                await register.ExecuteAsync("truncate bench.ids");
                return await register.ExecuteAsync("insert into bench.ids select id from read.contact_states where status = 'VERIFIED'");
            });
        await CountAsync("count a segment of a state", state, () => register.ScalarAsync<long>("select count(*) from read.contacts where state_code = $1 and status = 'VERIFIED'", best.StateCode!));

        async Task MaterialiseAsync(string work, SegmentName segment, string other, Func<Task<double>> otherwise)
        {
            await register.ExecuteAsync("create table if not exists bench.ids (id uuid primary key)");
            var series = new Series(Area, work, "contacts");
            await Series.AlternateAsync(
                Rounds,
                (series.Measured, async () => (await audiences.MaterialiseAsync(segment, "bench")).Contacts),
                (series.Beside(other), otherwise));
            bench.Add(series.ToFigure());
            foreach (var audience in await audiences.ListAsync())
                await audiences.RemoveAsync(audience.Id);
        }

        async Task CountAsync(string work, SegmentName segment, Func<Task> otherwise)
        {
            var queries = register.Get<SegmentQueries>();
            var times = new List<double>();
            var series = new Series(Area, work, "answers");
            await Series.AlternateAsync(
                Rounds,
                (series.Measured, async () =>
                {
                    for (var i = 0; i < Counts; i++)
                    {
                        var began = Stopwatch.GetTimestamp();
                        await queries.CountAsync(segment);
                        times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                    }

                    return Counts;
                }
            ),
                (series.Beside("counting the contacts"), async () =>
                {
                    await otherwise();
                    return 1;
                }
            ));
            times.Sort();
            series.Note = string.Create(CultureInfo.InvariantCulture, $"half within {times[times.Count / 2]:F1} ms, 99 % within {times[times.Count * 99 / 100]:F1} ms");
            bench.Add(series.ToFigure());
        }
    }
}
