using Padron.Application.Imports.Load;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Imports;

/// <summary>The trial of a load, on a clock of its own.</summary>
public sealed class LoadPaceTests
{
    readonly ManualClock clock = new();

    [Fact]
    public async Task A_setting_whose_ranges_end_before_those_of_the_one_before_it_is_measured_by_its_own_time()
    {
        IReadOnlyList<ImportTrial> measured = [];
        var trial = new LoadTrial { Others = [new(20, 2)], LotRows = 20, Turns = 1 };
        var pace = LoadPace.Trying(trial, asked: new(10, 2), clock, (_, trials) =>
        {
            measured = trials;
            return Task.CompletedTask;
        });
        LoadRange[] ranges = [.. Enumerable.Range(0, 4).Select(i => new LoadRange(i, pace.NextLot()))]; // two, one, and the first that goes on

        var (slow, slowEnds) = Store(ranges[0]);
        var (quick, quickEnds) = Store(ranges[1]);
        await AfterAsync(seconds: 1, quick, quickEnds);
        var (other, otherEnds) = Store(ranges[2]);
        await AfterAsync(seconds: 2, other, otherEnds);
        measured.ShouldBeEmpty("one of the first is not stored yet");
        await AfterAsync(seconds: 2, slow, slowEnds);

        measured.ShouldBe([new(10, 2, Rows: 0, Seconds: (5 + 1) / 2d), new(20, 2, Rows: 0, Seconds: 2 / 2d)]);

        (Task Stored, TaskCompletionSource Ends) Store(LoadRange range)
        {
            var ends = new TaskCompletionSource();
            return (pace.StoreAsync(range, () => ends.Task, CancellationToken.None), ends);
        }
    }

    Task AfterAsync(int seconds, Task stored, TaskCompletionSource ends)
    {
        clock.Now += TimeSpan.FromSeconds(seconds);
        ends.SetResult();
        return stored;
    }
}
