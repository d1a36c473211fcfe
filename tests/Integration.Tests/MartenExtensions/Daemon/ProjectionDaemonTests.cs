using JasperFx.Events.Daemon;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.MartenExtensions.Daemon;

/// <summary>Projections under Marten's daemon in this process. Processes that die are in <see cref="LeaderWatchTests"/>.</summary>
public sealed class ProjectionDaemonTests : DaemonTest
{
    readonly List<IHost> hosts = [];

    [Fact]
    public async Task What_is_appended_is_folded_and_who_leads_is_known()
    {
        var host = await StartAsync(Boxes);
        await GivenBoxesAsync(boxes: 5, eventsEach: 3);
        await ReachAsync(15);
        await GivenBoxesAsync(boxes: 5, eventsEach: 3);
        await ReachAsync(30);

        await ShouldBeTheFoldAsync();
        await Eventually.TrueAsync(async () => (await StatusAsync()).LedSince is not null, "the watch noted who leads");
        var led = await StatusAsync();
        (led.IsLed, led.Behind, led.LagSeconds, led.StalledSeconds).ShouldBe((true, 0, null, null));
        led.Leader!.ShouldContain($"/{Environment.ProcessId} ");
        led.Rate.ShouldNotBeNull();
        led.MarkAgeSeconds.ShouldNotBeNull();

        await host.StopAsync();
        var free = await StatusAsync();
        (free.IsLed, free.Leader, free.LedSince).ShouldBe((false, null, null));
    }

    [Fact]
    public async Task Two_daemons_that_both_fold_apply_every_event_once()
    {
        var (first, second) = (await AgentsAsync(Projection(pageSize: 7)), await AgentsAsync(Projection(pageSize: 5)));

        for (var round = 0; round < 40; round++)
            await GivenBoxesAsync(boxes: 5, eventsEach: 2);
        await ReachAsync(400);

        await ShouldBeTheFoldAsync();
        first.CurrentAgents().Concat(second.CurrentAgents()).ShouldAllBe(agent => agent.PausedTime == null, "who comes second goes on");
        await first.StopAllAsync();
        await second.StopAllAsync();
    }

    /// <summary>A transaction that did not move the progression itself: what the fence is for.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_whose_progression_another_process_moved_is_folded_again_only_without_the_fence(bool isFenced)
    {
        await GivenBoxesAsync(boxes: 2, eventsEach: 2);
        (await CatchUpAsync(Boxes)).ShouldBeTrue();
        var page = new ProjectionPage(Projection(isFenced: isFenced), from: 0, to: 4, isPassed: false);
        await using (var connection = await DataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            if (isFenced)
                await Should.ThrowAsync<ProjectionMovedException>(() => page.BeforeCommitAsync(connection, transaction, default));
            else
                await page.BeforeCommitAsync(connection, transaction, default);
            await transaction.CommitAsync();
        }

        (await ScalarAsync<decimal>("select sum(events) from public.boxes")).ShouldBe(isFenced ? 4 : 8);
    }

    [Fact]
    public async Task A_catch_up_beside_the_daemon_disturbs_nobody()
    {
        await StartAsync(Projection(pageSize: 3));
        for (var round = 0; round < 20; round++)
        {
            await GivenBoxesAsync(boxes: 3, eventsEach: 2);
            (await CatchUpAsync(Projection(pageSize: 4), patience: TimeSpan.FromMinutes(1))).ShouldBeTrue();
        }

        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await ReachAsync(122);
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task An_append_in_flight_is_not_passed()
    {
        await StartAsync(Boxes);
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await using (var open = await OpenTransaction.BeginAsync(ConnectionString))
        {
            await open.AppendAsync("in flight"); // position 3
            await GivenBoxesAsync(boxes: 1, eventsEach: 2);
            await ReachAsync(2);
            (await StandsAtAsync()).ShouldBe(2);
            await open.CommitAsync();
        }

        await ReachAsync(5);
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task A_dead_hole_is_passed_while_somebody_reads_for_long()
    {
        await StartAsync(Boxes);
        await using var report = await DataSource.OpenConnectionAsync();
        await using var read = new NpgsqlCommand("select pg_sleep(600)", report) { CommandTimeout = 0 };
        using var enough = new CancellationTokenSource();
        var reading = read.ExecuteNonQueryAsync(enough.Token);
        await using (var dead = await OpenTransaction.BeginAsync(ConnectionString))
            await dead.AppendAsync("rolled back");
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);

        await ReachAsync(3);

        reading.IsCompleted.ShouldBeFalse();
        await enough.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_projection_that_is_paused_waits_and_goes_on_and_does_not_hold_up_the_end()
    {
        var host = await StartAsync(Boxes);
        var holds = new ProjectionHolds(DataSource);
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await ReachAsync(2);
        (await holds.PauseAsync(Boxes, "ana")).ShouldBeTrue();
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await Eventually.TrueAsync(async () => await ScalarAsync<long>("select last_seq_id from events.mt_event_progression where name = 'HighWaterMark'") == 4, "the mark went on");
        (await StandsAtAsync()).ShouldBe(2);
        (await holds.ResumeAsync(Boxes)).ShouldBeTrue();
        await ReachAsync(4);

        (await holds.PauseAsync(Boxes, "ana")).ShouldBeTrue();
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await host.StopAsync();

        (await StandsAtAsync()).ShouldBe(4);
        (await ScalarAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")).ShouldBe(0);
    }

    [Fact]
    public async Task The_end_does_not_wait_for_a_long_catch_up()
    {
        await GivenBoxesAsync(boxes: 1, eventsEach: 20_000);
        var host = await StartAsync(Projection(pageSize: 1));
        await ReachAsync(1);

        await host.StopAsync();

        (await StandsAtAsync()).ShouldBeLessThan(20_000);
    }

    [Fact]
    public async Task After_an_error_that_passes_it_goes_on_by_itself()
    {
        await StartAsync(Boxes);
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await ReachAsync(2);
        await ExecuteAsync("alter table public.boxes rename to lost");
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await Eventually.TrueAsync(async () => (await StatusAsync()).LastError is { } error && error.StartsWith("42P01: ", StringComparison.Ordinal), "the error is told");

        await ExecuteAsync("alter table public.lost rename to boxes");

        await ReachAsync(4);
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task An_event_that_fails_is_passed_by_the_daemon_too_and_one_too_many_stops_it_where_it_leads()
    {
        await PoisonAsync(3, 5);
        await GivenBoxesAsync(boxes: 5, eventsEach: 2);
        await StartAsync(Projection(mostPoisoned: 1));
        await Eventually.TrueAsync(async () => (await StatusAsync()).State is ProjectionState.Stopped, "it was stopped");
        var status = await StatusAsync();
        (status.Position, status.DeadLetters, status.Waiting, status.Hold!.Position).ShouldBe((4, 1, 1, 5));

        await PoisonAsync(3);
        (await new ProjectionHolds(DataSource).ResumeAsync(Boxes)).ShouldBeTrue();

        await ReachAsync(10);
        var letters = await new DeadLetters(DataSource).ListAsync();
        await ShouldBeTheFoldAsync(without: letters[0].StreamId);
    }

    [Fact]
    public async Task A_daemon_whose_progression_was_set_back_begins_there()
    {
        await StartAsync(Boxes);
        await GivenBoxesAsync(boxes: 2, eventsEach: 2);
        await ReachAsync(4);
        await ExecuteAsync("with a as (delete from public.boxes) delete from events.mt_event_progression where name = 'boxes:All'");
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);

        await ReachAsync(6);
        await ShouldBeTheFoldAsync();
    }

    public override async Task DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await base.DisposeAsync();
    }

    async Task<IHost> StartAsync(SqlProjection projection)
    {
        hosts.Add(DaemonProcess.HostOf(ConnectionString, projection));
        await hosts[^1].StartAsync();
        return hosts[^1];
    }

    // Without the coordinator, and so without its lock: as after a leader was frozen, replaced and woken.
    async Task<IProjectionDaemon> AgentsAsync(SqlProjection projection)
    {
        var daemon = await StoreOf(projection).BuildProjectionDaemonAsync();
        await daemon.StartAllAsync();
        return daemon;
    }

    async Task<ProjectionStatus> StatusAsync() => (await new ProjectionStatuses(StoreOf(Boxes)).ReadAsync()).ShouldHaveSingleItem();
}
