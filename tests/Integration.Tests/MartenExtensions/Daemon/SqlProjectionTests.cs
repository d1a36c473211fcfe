using Npgsql;
using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.MartenExtensions.Daemon;

/// <summary>Pages of a projection in SQL, folded without a server.</summary>
public sealed class SqlProjectionTests : DaemonTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task The_fold_is_the_same_at_any_page_size(int pageSize)
    {
        await GivenBoxesAsync(boxes: 10, eventsEach: 3);

        (await CatchUpAsync(Projection(pageSize))).ShouldBeTrue();

        (await StandsAtAsync()).ShouldBe(30);
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task A_page_ends_where_its_query_says_and_begins_with_its_first_statement()
    {
        await ExecuteAsync("create table public.pages (floor bigint, ceiling bigint)");
        var paged = new SqlProjection("boxes", ["public.boxes"], Boxes.Statements)
        {
            PageEnd = "select least($2, ($1 / 4 + 1) * 4)",
            PageStart = "insert into public.pages values ($1, $2)",
        };
        await GivenBoxesAsync(boxes: 5, eventsEach: 2);

        (await CatchUpAsync(paged)).ShouldBeTrue();

        (await RowsAsync("select floor, ceiling from public.pages order by 1")).Select(row => ((long)row[0]!, (long)row[1]!)).ShouldBe([(0, 4), (4, 8), (8, 10)]);
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task A_catch_up_tells_its_progress_and_has_nothing_to_do_a_second_time()
    {
        await GivenBoxesAsync(boxes: 5, eventsEach: 2);
        var told = new List<ProjectionProgress>();

        (await CatchUpAsync(Projection(pageSize: 4), progress: new Told(told.Add))).ShouldBeTrue();
        (await CatchUpAsync(Projection(pageSize: 4), progress: new Told(told.Add))).ShouldBeTrue();

        told.ShouldBe([new("boxes", 4, 10), new("boxes", 8, 10), new("boxes", 10, 10)]);
    }

    [Fact]
    public async Task A_catch_up_stops_between_two_pages_and_what_was_applied_stays()
    {
        await GivenBoxesAsync(boxes: 5, eventsEach: 2);
        using var enough = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            CatchUpOf(Projection(pageSize: 4)).RunAsync(TimeSpan.Zero, new Told(_ => enough.Cancel()), enough.Token));

        (await StandsAtAsync()).ShouldBe(4);
    }

    [Fact]
    public async Task A_catch_up_does_not_wait_longer_than_its_patience_for_who_folds_a_page()
    {
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        (await CatchUpAsync(Boxes)).ShouldBeTrue();
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        await using var folding = await DataSource.OpenConnectionAsync();
        await using var page = await folding.BeginTransactionAsync();
        await using var moved = new NpgsqlCommand("update events.mt_event_progression set last_seq_id = 4 where name = 'boxes:All'", folding);
        await moved.ExecuteNonQueryAsync();

        (await CatchUpAsync(Boxes)).ShouldBeFalse();

        await page.RollbackAsync();
        (await CatchUpAsync(Boxes)).ShouldBeTrue();
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task A_progression_that_somebody_left_at_zero_does_not_stand_in_the_way()
    {
        await ExecuteAsync("insert into events.mt_event_progression (name, last_seq_id) values ('boxes:All', 0)");
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);

        (await CatchUpAsync(Boxes)).ShouldBeTrue();

        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task Catch_ups_that_run_beside_each_other_fold_every_event_once()
    {
        await GivenBoxesAsync(boxes: 50, eventsEach: 4);

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CatchUpAsync(Projection(pageSize: 3), patience: TimeSpan.FromMinutes(1))));

        all.ShouldAllBe(isDone => isDone);
        (await StandsAtAsync()).ShouldBe(200);
        await ShouldBeTheFoldAsync();
    }

    /// <summary>Told at once and on the thread of the catch-up.</summary>
    sealed class Told(Action<ProjectionProgress> action) : IProgress<ProjectionProgress>
    {
        public void Report(ProjectionProgress value) => action(value);
    }
}
