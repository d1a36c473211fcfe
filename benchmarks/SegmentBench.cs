using Padron.Application.Availability;
using Padron.Application.Segments;
using Padron.Benchmarks.Harness;
using Padron.Benchmarks.Reference;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Domain.Segments;

namespace Padron.Benchmarks;

/// <summary>Segments: materialised into an audience, beside the customer's statement that chooses as many of the same contacts; and counted, beside counting the contacts.</summary>
static class SegmentBench
{
    public const string Area = "segments";

    const int Rounds = 5;
    const int Counts = 500;
    const double CountLimit = 5; // ms

    // A million in 1.5 s, a hundred thousand in 150 ms.
    static readonly TimeSpan LimitOfAMillion = TimeSpan.FromSeconds(1.5);
    static readonly int[] Sizes = [100_000, 1_000_000];

    const double Near = 0.9; // of such a size

    const string Copying = "copying their ids to a table, a row each";

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
        foreach (var size in Sizes)
        {
            if (await StatesOfAsync(register, size) is not { } some)
            {
                bench.Skip(Area, $"materialise a segment of {size:N0}, some states", "the register has too few");
                continue;
            }

            var states = SegmentName.Parse($"bench-{size}");
            await segments.DefineAsync(states, new() { States = some.States, Statuses = [ContactStatus.Verified] }, "bench");
            await MaterialiseAsync($"materialise a segment of {some.Contacts:N0}, some states", states, Copying, () => CopyAsync("status = 'VERIFIED' and state_code = any ($1)", (object)some.States));
        }

        await MaterialiseAsync(
            $"materialise a segment of {(await register.Get<AvailabilityQueries>().ByStatusAsync())["VERIFIED"]:N0}, all verified", everybody, Copying, () => CopyAsync("status = 'VERIFIED'"));
        await CountAsync("count a segment of a state", state, () => register.ScalarAsync<long>("select count(*) from read.contacts where state_code = $1 and status = 'VERIFIED'", best.StateCode!));

        async Task MaterialiseAsync(string work, SegmentName segment, string other, Func<Task<double>> otherwise)
        {
            await register.ExecuteAsync("create table if not exists bench.ids (id uuid primary key)");
            var series = new Series(Area, work, "contacts");
            var contacts = 0L;
            await Series.AlternateAsync(
                Rounds,
                (series.Measured, async () => contacts = (await audiences.MaterialiseAsync(segment, "bench")).Contacts),
                (series.Beside(other), otherwise));
            bench.Add(contacts < Sizes[0] * Near ? series.ToFigure() : series.ToFigure(series.Limit(LimitOfAMillion * (contacts / 1e6))));
            foreach (var audience in await audiences.ListAsync())
                await audiences.RemoveAsync(audience.Id);
        }

        async Task CountAsync(string work, SegmentName segment, Func<Task> otherwise)
        {
            var queries = register.Get<SegmentQueries>();
            var latencies = new Latencies();
            var series = new Series(Area, work, "answers");
            await Series.AlternateAsync(
                Rounds,
                (series.Measured, async () =>
                {
                    for (var i = 0; i < Counts; i++)
                        await latencies.MeasureAsync(() => queries.CountAsync(segment));
                    return Counts;
                }
            ),
                (series.Beside("counting the contacts"), async () =>
                {
                    await otherwise();
                    return 1;
                }
            ));
            series.Note = latencies.ToString();
            bench.Add(series.ToFigure(latencies.Limit(CountLimit)));
        }

        async Task<double> CopyAsync(string condition, params object[] values)
        {
            await register.ExecuteAsync("truncate bench.ids");
            return await register.ExecuteAsync($"insert into bench.ids select id from read.contact_states where {condition}", values);
        }
    }

    /// <summary>States with about so many verified contacts together: the largest that fit, one after the other. Null where there are not enough.</summary>
    static async Task<(string[] States, long Contacts)?> StatesOfAsync(Register register, int contacts)
    {
        var (states, sum) = (new List<string>(), 0L);
        foreach (var state in (await register.Get<AvailabilityQueries>().ByPlaceAsync(SelectionKind.State)).Where(state => state.Value != ""))
        {
            if (sum < contacts && sum + state.Available <= contacts / Near)
            {
                states.Add(state.Value);
                sum += state.Available;
            }
        }

        return sum >= contacts * Near ? ([.. states], sum) : null;
    }
}
