using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.MartenExtensions.Daemon;

/// <summary>The exact interleavings, with transactions held open: A draws a position and waits, B draws the next and commits.</summary>
public sealed class ExactHighWaterDetectorTests : EventStoreTest
{
    ExactHighWaterDetector Mark => new(DataSource);

    [Fact]
    public async Task The_mark_of_an_empty_store_is_zero() => (await Mark.AdvanceAsync()).ShouldBe(0);

    [Fact]
    public async Task The_mark_is_stored_as_Martens_own()
    {
        await CommittedAsync("a", "b");

        (await Mark.AdvanceAsync()).ShouldBe(2);

        (await ScalarAsync<long>("select last_seq_id from events.mt_event_progression where name = 'HighWaterMark'")).ShouldBe(2);
    }

    [Fact]
    public async Task The_mark_stays_below_an_append_in_flight_and_passes_it_once_it_commits()
    {
        var mark = Mark;
        await CommittedAsync("before");
        await using var a = await BeginAsync();
        await a.AppendAsync("A");
        await CommittedAsync("B");

        (await mark.AdvanceAsync()).ShouldBe(1);
        (await mark.AdvanceAsync()).ShouldBe(1);
        await a.CommitAsync();

        (await mark.AdvanceAsync()).ShouldBe(3);
        (await ItemsAsync(after: 1, upTo: 3)).ShouldBe(["A", "B"]);
    }

    [Fact]
    public async Task A_position_drawn_but_not_yet_inserted_holds_the_mark_as_well()
    {
        await using var a = await BeginAsync();
        var position = await a.DrawAsync();
        await CommittedAsync("B");

        (await Mark.AdvanceAsync()).ShouldBe(0);
        await a.InsertAsync(position, "A");
        (await Mark.AdvanceAsync()).ShouldBe(0);
        await a.CommitAsync();

        (await Mark.AdvanceAsync()).ShouldBe(2);
        (await ItemsAsync(upTo: 2)).ShouldBe(["A", "B"]);
    }

    [Fact]
    public async Task The_mark_passes_a_hole_only_after_the_append_that_left_it_has_ended()
    {
        var mark = Mark;
        await using var a = await BeginAsync();
        await a.AppendAsync("A");
        await CommittedAsync("B");

        (await mark.AdvanceAsync()).ShouldBe(0);
        await a.RollbackAsync();

        (await mark.AdvanceAsync()).ShouldBe(2);
        (await ItemsAsync(upTo: 2)).ShouldBe(["B"]);
    }

    [Fact]
    public async Task An_append_that_commits_between_the_sight_of_its_hole_and_the_sight_of_the_locks_is_read()
    {
        await using var a = await BeginAsync();
        await a.AppendAsync("A");
        await CommittedAsync("B");

        var looked = 0;
        var mark = new ExactHighWaterDetector(DataSource, async (connection, ct) =>
        {
            looked++;
            await a.CommitAsync();
            var holders = await AppendsInFlight.ReadAsync(connection, ct);
            holders.ShouldBeEmpty();
            return holders;
        });

        (await mark.AdvanceAsync()).ShouldBe(2);
        looked.ShouldBe(1);
        (await ItemsAsync(upTo: 2)).ShouldBe(["A", "B"]);
    }

    [Fact]
    public async Task A_commit_in_the_middle_of_a_wider_hole_is_read_though_its_neighbour_was_rolled_back()
    {
        await using var a = await BeginAsync();
        await using var b = await BeginAsync();
        await a.AppendAsync("A");
        await b.AppendAsync("B");
        await CommittedAsync("C");

        var mark = new ExactHighWaterDetector(DataSource, async (connection, ct) =>
        {
            await a.RollbackAsync();
            await b.CommitAsync();
            return await AppendsInFlight.ReadAsync(connection, ct);
        });

        (await mark.AdvanceAsync()).ShouldBe(3);
        (await ItemsAsync(upTo: 3)).ShouldBe(["B", "C"]);
    }

    /// <summary>Without the look at the locks the very first interleaving loses an event: that is what the look is for.</summary>
    [Fact]
    public async Task A_mark_that_does_not_ask_for_the_locks_loses_the_append_in_flight()
    {
        var blind = new ExactHighWaterDetector(DataSource, (_, _) => Task.FromResult(new HashSet<string>()));
        await using var a = await BeginAsync();
        await a.AppendAsync("A");
        await CommittedAsync("B");

        var first = await blind.AdvanceAsync();
        var read = (await ItemsAsync(upTo: first)).ToList();
        await a.CommitAsync();
        read.AddRange(await ItemsAsync(after: first, upTo: await blind.AdvanceAsync()));

        read.ShouldBe(["B"]); // "A" is in the store, and no reader that follows the mark will ever see it
        (await ItemsAsync()).ShouldBe(["A", "B"]);
    }

    [Fact]
    public async Task A_long_append_that_began_after_a_hole_was_seen_does_not_hold_the_mark_below_it()
    {
        var mark = Mark;
        await using var a = await BeginAsync();
        await a.AppendAsync("A");
        await CommittedAsync("B");
        (await mark.AdvanceAsync()).ShouldBe(0);

        await using var c = await BeginAsync();
        await c.AppendAsync("C");
        await CommittedAsync("D");
        (await mark.AdvanceAsync()).ShouldBe(0);
        await a.RollbackAsync();

        (await mark.AdvanceAsync()).ShouldBe(2); // C is still open
        (await mark.AdvanceAsync()).ShouldBe(2); // and holds its own hole
        await c.CommitAsync();
        (await mark.AdvanceAsync()).ShouldBe(4);
        (await ItemsAsync(upTo: 4)).ShouldBe(["B", "C", "D"]);
    }

    [Fact]
    public async Task Appends_that_overlap_without_a_pause_do_not_hold_the_mark()
    {
        // At every moment somebody holds the sequence, but never for long the same.
        var mark = Mark;
        var open = await BeginAsync();
        await open.AppendAsync("rolled back");
        for (var round = 1; round <= 10; round++)
        {
            var next = await BeginAsync();
            await next.AppendAsync("rolled back");
            await CommittedAsync("committed");
            (await mark.AdvanceAsync()).ShouldBeGreaterThanOrEqualTo((2 * round) - 5); // what the holders of two rounds ago left
            await open.DisposeAsync();
            open = next;
        }

        await open.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_savepoint_rolled_back_leaves_a_hole_that_ends_with_its_transaction(bool commits)
    {
        var mark = Mark;
        await using var a = await BeginAsync();
        await a.SaveAsync();
        await a.AppendAsync("undone");
        await a.RollbackToSavepointAsync();
        await CommittedAsync("B");
        (await mark.AdvanceAsync()).ShouldBe(0);

        await a.AppendAsync("A");
        await CommittedAsync("C");
        (await mark.AdvanceAsync()).ShouldBe(0);
        await (commits ? a.CommitAsync() : a.RollbackAsync());

        (await mark.AdvanceAsync()).ShouldBe(4);
        (await ItemsAsync(upTo: 4)).ShouldBe(commits ? ["B", "A", "C"] : ["B", "C"]);
    }

    [Fact]
    public async Task A_hole_whose_connection_was_killed_is_passed()
    {
        var mark = Mark;
        var a = await BeginAsync();
        await a.AppendAsync("A");
        await CommittedAsync("B");
        (await mark.AdvanceAsync()).ShouldBe(0);

        (await ScalarAsync<bool>("select pg_terminate_backend($1, 30000)", a.Pid)).ShouldBeTrue(); // waits until it is gone

        (await mark.AdvanceAsync()).ShouldBe(2);
        (await ItemsAsync(upTo: 2)).ShouldBe(["B"]);
        await a.DisposeAsync();
    }

    [Fact]
    public async Task A_hole_at_the_very_end_is_not_seen_and_does_not_matter()
    {
        await CommittedAsync("a");
        await using var open = await BeginAsync();
        await open.DrawAsync();

        (await Mark.AdvanceAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Dead_holes_are_passed_all_together_with_one_look_at_the_locks()
    {
        // Two importers of 20,000 in step, of which one was rolled back: every other position is a hole.
        await ExecuteAsync(
            """
            with stream as (
                insert into events.mt_streams (id, version) values (gen_random_uuid(), 20000) returning id
            ), drawn as materialized (
                select nextval('events.mt_events_sequence') as position from generate_series(1, 40000)
            )
            insert into events.mt_events (seq_id, id, stream_id, version, data, type)
            select position, gen_random_uuid(), id, position / 2, '{"item": "x"}', 'item_put' from drawn, stream where position % 2 = 0
            """);
        var looked = 0;
        var mark = new ExactHighWaterDetector(DataSource, (connection, ct) =>
        {
            looked++;
            return AppendsInFlight.ReadAsync(connection, ct);
        });

        (await mark.AdvanceAsync()).ShouldBe(40_000);

        looked.ShouldBe(1); // one a hole would be minutes
    }

    [Fact]
    public async Task Of_many_holes_the_mark_stops_at_the_first_that_may_still_fill()
    {
        var mark = Mark;
        await using var alive = await BeginAsync();
        for (var round = 1; round <= 50; round++)
        {
            await using (var dead = await BeginAsync())
                await dead.AppendAsync("dead");
            await CommittedAsync($"{round}");
            (await mark.AdvanceAsync()).ShouldBe(Math.Min(2 * round, 60));
            if (round == 30)
                await alive.AppendAsync("alive");
        }

        await alive.CommitAsync();
        (await mark.AdvanceAsync()).ShouldBe(101);
        (await ItemsAsync(upTo: 101)).Length.ShouldBe(51);
    }

    [Fact]
    public async Task Two_threads_that_share_a_mark_do_not_acquit_an_append_that_one_of_them_could_not_know_of()
    {
        var (seen, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var looks = 0;
        var mark = new ExactHighWaterDetector(DataSource, async (connection, ct) =>
        {
            var holders = await AppendsInFlight.ReadAsync(connection, ct);
            if (++looks == 1)
            {
                seen.SetResult();
                await goOn.Task;
            }

            return holders;
        });
        await using var a = await BeginAsync();
        await a.AppendAsync("A");
        await CommittedAsync("B");
        var slow = mark.AdvanceAsync(); // knows of A alone
        await seen.Task;

        await using var c = await BeginAsync();
        await c.AppendAsync("C");
        await CommittedAsync("D");
        (await mark.AdvanceAsync()).ShouldBe(0); // knows of A and C, and of positions up to D's
        await a.RollbackAsync();
        (await mark.AdvanceAsync()).ShouldBe(0); // C is left
        goOn.SetResult();

        (await slow).ShouldBe(0);
        (await mark.AdvanceAsync()).ShouldBe(2); // A's hole and B
        await c.CommitAsync();
        (await mark.AdvanceAsync()).ShouldBe(4);
        (await ItemsAsync(upTo: 4)).ShouldBe(["B", "C", "D"]);
    }

    [Fact]
    public async Task A_slower_process_does_not_move_the_mark_back()
    {
        await CommittedAsync("a");
        await using var open = await BeginAsync();
        await open.AppendAsync("b");
        await CommittedAsync("c");
        var fast = Mark;

        // The slow one sees position 2 in flight; before it stores what it found, the fast one has gone on to 3.
        var slow = new ExactHighWaterDetector(DataSource, async (connection, ct) =>
        {
            var holders = await AppendsInFlight.ReadAsync(connection, ct);
            await open.CommitAsync();
            (await fast.AdvanceAsync(ct)).ShouldBe(3);
            return holders;
        });

        (await slow.AdvanceAsync()).ShouldBe(1);
        (await fast.AdvanceAsync()).ShouldBe(3);
        (await slow.AdvanceAsync()).ShouldBe(3);
        (await ScalarAsync<long>("select last_seq_id from events.mt_event_progression")).ShouldBe(3);
    }

    [Fact]
    public async Task What_is_drawn_is_settled_when_the_appends_in_flight_have_ended()
    {
        await CommittedAsync("a");
        await using var open = await BeginAsync();
        await open.AppendAsync("b");

        var settled = AppendsInFlight.SettleAsync(DataSource);
        (await Mark.AdvanceAsync()).ShouldBe(1);
        settled.IsCompleted.ShouldBeFalse();
        await open.CommitAsync();

        (await settled).ShouldBe(2);
    }

    [Fact]
    public async Task An_append_in_flight_is_no_stale_gap_to_Marten()
    {
        await CommittedAsync("a");
        await using var open = await BeginAsync();
        await open.AppendAsync("b");
        await CommittedAsync("c");

        var first = await Mark.Detect(default);
        var safe = await Mark.DetectInSafeZone(default);

        (first.CurrentMark, safe.CurrentMark).ShouldBe((1, 1));
        safe.InterpretStatus(first).ShouldBe(JasperFx.Events.Daemon.HighWater.HighWaterStatus.CaughtUp);
    }

    Task<OpenTransaction> BeginAsync() => OpenTransaction.BeginAsync(ConnectionString);

    async Task CommittedAsync(params string[] items)
    {
        foreach (var item in items)
            await AppendAsync(Guid.CreateVersion7(), 0, new ItemPut(item));
    }
}
