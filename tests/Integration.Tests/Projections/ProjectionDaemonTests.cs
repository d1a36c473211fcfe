using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.Projections;

namespace Padron.Integration.Tests.Projections;

/// <summary>The daemon by itself, over a projection that only notes the positions it was given: twenty of them.</summary>
public sealed class ProjectionDaemonTests : IAsyncLifetime
{
    const int Events = 20;

    static readonly Projection Seen = new(
        "seen", ["public.seen"], ["insert into public.seen select seq_id from events.mt_events where seq_id > $1 and seq_id <= $2"]);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly PadronDatabase database = new();

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await database.ExecuteAsync("create table public.seen (seq_id bigint primary key)");
        await database.GivenVerifiedAsync(Events / 2);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Every_event_is_given_once_page_by_page()
    {
        var pages = new List<ProjectionProgress>();

        (await Daemon(Seen).CatchUpAsync(Patience, new Told(pages.Add))).ShouldBeTrue();
        (await Daemon(Seen).CatchUpAsync(Patience, new Told(pages.Add))).ShouldBeTrue();

        pages.ShouldBe([new("seen", 6, Events), new("seen", 12, Events), new("seen", 18, Events), new("seen", 20, Events)]);
        await ShouldStandAtAsync(Events);
    }

    [Fact]
    public async Task A_page_that_fails_leaves_nothing_of_itself_and_the_lock_free()
    {
        var broken = Seen with { Statements = [.. Seen.Statements, "select case when $1 = 12 then query_to_xml('select from nowhere', false, false, '') end where $2 > 0"] };

        (await Should.ThrowAsync<PostgresException>(() => Daemon(broken).CatchUpAsync(Patience))).SqlState.ShouldBe(PostgresErrorCodes.UndefinedTable);
        await ShouldStandAtAsync(12);

        (await Daemon(Seen).CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();
        await ShouldStandAtAsync(Events);
    }

    [Fact]
    public async Task A_projection_has_one_writer()
    {
        await using (var leader = await ProjectionLeader.TryAsync(database.DataSource, Seen))
        {
            leader.ShouldNotBeNull();
            (await ProjectionLeader.TryAsync(database.DataSource, Seen)).ShouldBeNull();
            await using var other = await ProjectionLeader.TryAsync(database.DataSource, Seen with { Name = "other" });
            other.ShouldNotBeNull();
        }

        await using var next = await ProjectionLeader.TryAsync(database.DataSource, Seen);
        next.ShouldNotBeNull();
    }

    [Fact]
    public async Task While_another_writes_a_catch_up_waits_as_long_as_it_has_patience()
    {
        await using var leader = await ProjectionLeader.TryAsync(database.DataSource, Seen);
        var clock = new SkippingClock();
        var began = clock.GetUtcNow();

        (await Daemon(Seen, clock).CatchUpAsync(Patience)).ShouldBeFalse();

        (clock.GetUtcNow() - began).ShouldBe(Patience);
        await ShouldStandAtAsync(0);
    }

    [Fact]
    public async Task When_the_other_lets_go_the_catch_up_does_the_work()
    {
        await using var leader = await ProjectionLeader.TryAsync(database.DataSource, Seen);
        var clock = new SkippingClock(wait =>
        {
            if (wait == 3)
                Run(leader!.Connection, "select pg_advisory_unlock_all()");
        });

        (await Daemon(Seen, clock).CatchUpAsync(Patience)).ShouldBeTrue();

        clock.Waits.ShouldBe(3);
        await ShouldStandAtAsync(Events);
    }

    [Fact]
    public async Task When_the_other_has_done_the_work_there_is_nothing_to_wait_for()
    {
        (await Daemon(Seen).CatchUpAsync(Patience)).ShouldBeTrue();
        await using var leader = await ProjectionLeader.TryAsync(database.DataSource, Seen);
        var clock = new SkippingClock();

        (await Daemon(Seen, clock).CatchUpAsync(Patience)).ShouldBeTrue();

        clock.Waits.ShouldBe(0);
    }

    [Fact]
    public async Task A_writer_that_was_replaced_is_fenced_by_the_progression()
    {
        var replaced = new Told(page =>
        {
            if (page.Position == 6)
                Run("update events.mt_event_progression set last_seq_id = 9 where name = 'seen:All'");
        });

        await Should.ThrowAsync<ProjectionBusyException>(() => Daemon(Seen).CatchUpAsync(Patience, replaced));

        (await database.ScalarAsync<long>("select count(*) from public.seen")).ShouldBe(6);
        (await PositionAsync()).ShouldBe(9);
    }

    [Fact]
    public async Task A_leader_whose_connection_is_lost_between_pages_takes_the_lead_again()
    {
        var lost = 0;
        var terminating = new Told(page =>
        {
            if (page.Position == 6)
                lost += Run("select pg_terminate_backend(pid, 30000) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())");
        });

        (await Daemon(Seen, new SkippingClock()).CatchUpAsync(Patience, terminating)).ShouldBeTrue();

        lost.ShouldBe(1);
        await ShouldStandAtAsync(Events);
    }

    [Fact]
    public async Task A_leader_whose_connection_is_lost_inside_a_page_applies_the_page_once()
    {
        await database.ExecuteAsync("create sequence public.runs"); // a sequence does not roll back
        var dying = Seen with { Statements = [.. Seen.Statements, "select pg_terminate_backend(pg_backend_pid()) where nextval('public.runs') = 2"] };

        (await Daemon(dying, new SkippingClock()).CatchUpAsync(Patience)).ShouldBeTrue();

        (await database.ScalarAsync<long>("select last_value from public.runs")).ShouldBe(5); // four pages, one of them twice
        await ShouldStandAtAsync(Events);
    }

    [Fact]
    public async Task Cancelled_between_pages_what_was_applied_stays()
    {
        using var cancel = new CancellationTokenSource();
        var cancelling = new Told(page =>
        {
            if (page.Position == 12)
                cancel.Cancel();
        });

        await Should.ThrowAsync<OperationCanceledException>(() => Daemon(Seen).CatchUpAsync(Patience, cancelling, cancel.Token));
        await ShouldStandAtAsync(12);

        (await Daemon(Seen).CatchUpAsync(Patience)).ShouldBeTrue();
        await ShouldStandAtAsync(Events);
    }

    [Fact]
    public async Task A_status_says_how_far_behind_a_projection_is()
    {
        var never = (await Daemon(Seen).StatusAsync()).ShouldHaveSingleItem();
        (never.Name, never.Position, never.HighWaterMark, never.Behind, never.UpdatedAt).ShouldBe(("seen", 0, Events, Events, null));
        (never.LagSeconds, never.StalledSeconds).ShouldSatisfyAllConditions(times => times.LagSeconds.ShouldNotBeNull(), times => times.StalledSeconds.ShouldNotBeNull());

        (await Daemon(Seen).CatchUpAsync(Patience)).ShouldBeTrue();
        await database.GivenVerifiedAsync(1, firstNational: 5520000000);

        var behind = (await Daemon(Seen).StatusAsync()).ShouldHaveSingleItem();
        (behind.Position, behind.HighWaterMark, behind.Behind).ShouldBe((Events, Events + 2, 2));
        behind.UpdatedAt.ShouldNotBeNull();
    }

    ProjectionDaemon Daemon(Projection projection, TimeProvider? clock = null) =>
        new(database.DataSource, clock ?? TimeProvider.System) { PageSize = 6, Projections = [projection] };

    // Rows and progression commit together, so they always say the same.
    async Task ShouldStandAtAsync(long position)
    {
        (await PositionAsync()).ShouldBe(position);
        (await database.RowsAsync("select seq_id from public.seen")).Count.ShouldBe((int)position);
        (await database.ScalarAsync<long>("select coalesce(max(seq_id), 0) from public.seen")).ShouldBe(position);
    }

    async Task<long> PositionAsync() => await database.ScalarAsync<long>("select coalesce(max(last_seq_id), 0) from events.mt_event_progression where name = 'seen:All'");

    // Progress and clocks are told synchronously.
    int Run(string sql)
    {
        using var connection = database.DataSource.OpenConnection();
        return Run(connection, sql);
    }

    static int Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = 0;
        while (reader.Read())
            rows++;
        return rows;
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, told at once and on the daemon's own thread.</summary>
    sealed class Told(Action<ProjectionProgress> action) : IProgress<ProjectionProgress>
    {
        public void Report(ProjectionProgress value) => action(value);
    }
}
