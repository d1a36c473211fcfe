using System.Diagnostics;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions.Daemon;
using Xunit.Abstractions;

namespace Padron.Integration.Tests.MartenExtensions.Daemon;

/// <summary>
/// Two processes that project, of which the leader is lost, while it is idle or inside a page. The other takes over, and every event is folded once. The time it
/// takes is asked for on a machine that has time to spare: <c>make soak</c>.
/// </summary>
public sealed class LeaderWatchTests(ITestOutputHelper output) : DaemonTest
{
    static readonly bool IsSoak = Environment.GetEnvironmentVariable("PADRON_SOAK_KILLS") is not null;
    static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);

    readonly List<DaemonProcess> running = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_leader_that_is_killed_is_replaced(bool isInsideAPage) => await LoseAsync(isInsideAPage, leader => leader.KillAsync());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_leader_that_is_frozen_is_replaced_and_leads_again_when_it_is_needed(bool isInsideAPage)
    {
        var frozen = await LoseAsync(isInsideAPage, leader => leader.FreezeAsync());

        await frozen.ThawAsync();
        await GivesSignsOfLifeAsync(frozen);
        await GoOnAsync();
        await running.Single(process => process != frozen).KillAsync();
        await GoOnAsync();

        await Eventually.TrueAsync(async () => await LeaderAsync() == frozen, "who was frozen has the lock, and so had learnt that it lost it");
        frozen.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task A_leader_that_is_cut_off_is_replaced_and_leads_again_when_it_is_needed()
    {
        await using var link = new DatabaseRelay(ConnectionString);
        running.Add(DaemonProcess.Start(link.ConnectionString));
        await Eventually.TrueAsync(async () => await LeaderAsync() == running[0], "the first one leads");
        running.Add(DaemonProcess.Start(ConnectionString));
        await Eventually.TrueAsync(async () => await ScalarAsync<long>("select count(*) from daemon.processes") == 2, "both live");

        link.Cut();
        await ReplacedAsync();
        link.Mend();
        await GivesSignsOfLifeAsync(running[0]);
        await GoOnAsync();
        await running[1].KillAsync();
        await GoOnAsync();

        await Eventually.TrueAsync(async () => await LeaderAsync() == running[0], "who was cut off has the lock, and so had learnt that it lost it");
        await ShouldBeTheFoldAsync();
    }

    public override async Task DisposeAsync()
    {
        running.ForEach(process => process.Dispose());
        await base.DisposeAsync();
    }

    async Task<DaemonProcess> LoseAsync(bool isInsideAPage, Func<DaemonProcess, Task> lose)
    {
        running.Add(DaemonProcess.Start(ConnectionString));
        running.Add(DaemonProcess.Start(ConnectionString));
        await GoOnAsync();
        await Eventually.TrueAsync(async () => await ScalarAsync<long>("select count(*) from daemon.processes") == 2, "both live");
        DaemonProcess? leader = null;
        await Eventually.TrueAsync(async () => (leader = await LeaderAsync()) is not null, "somebody leads");

        if (isInsideAPage)
            await InsideAPageAsync(() => lose(leader!));
        else
            await lose(leader!);
        await ReplacedAsync();
        await ShouldBeTheFoldAsync();
        return leader!;
    }

    // Whoever folds waits for this lock; what it has of the page is lost with it.
    async Task InsideAPageAsync(Func<Task> lose)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var hold = await connection.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand("lock table public.boxes in exclusive mode", connection);
        await command.ExecuteNonQueryAsync();
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>("select exists (select from pg_stat_activity where $1 = any (pg_blocking_pids(pid)))", connection.ProcessID), "a page waits");
        await lose();
    }

    async Task ReplacedAsync()
    {
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        var since = Stopwatch.GetTimestamp();
        await ReachAsync(await LastAsync());
        var took = Stopwatch.GetElapsedTime(since);
        output.WriteLine($"replaced within {took.TotalSeconds:0.0} s");
        if (IsSoak)
            took.ShouldBeLessThan(Promise);
    }

    Task GivesSignsOfLifeAsync(DaemonProcess process) => Eventually.TrueAsync(
        () => ScalarAsync<bool>("select beaten_at > clock_timestamp() - interval '1 second' from daemon.processes where name like '%/' || $1 || ' %'", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        "it gives signs of life again");

    async Task GoOnAsync()
    {
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await ReachAsync(await LastAsync());
        await ShouldBeTheFoldAsync();
    }

    async Task<DaemonProcess?> LeaderAsync()
    {
        var status = (await new ProjectionStatuses(StoreOf(Boxes)).ReadAsync()).ShouldHaveSingleItem();
        return running.Find(process => status.Leader?.Contains($"/{process.Id} ", StringComparison.Ordinal) == true);
    }
}
