using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.MartenExtensions.Daemon;

/// <summary>Events that a projection can't apply. Ten streams of two events each, appended one after the other: positions 1 and 2 are the first stream's.</summary>
public sealed class PoisonedEventsTests : DaemonTest
{
    const int Events = 20;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await GivenBoxesAsync(Events / 2, eventsEach: 2);
    }

    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(6, 6)]
    [InlineData(7, 6)]
    [InlineData(13, 1)]
    [InlineData(19, 1_000)]
    [InlineData(20, 6)]
    public async Task The_event_is_found_wherever_it_is_and_all_others_are_applied(int poison, int pageSize)
    {
        await PoisonAsync(poison);

        (await CatchUpAsync(Projection(pageSize))).ShouldBeTrue();

        var dead = (await LettersAsync()).Where(letter => letter.Error is not null).ShouldHaveSingleItem();
        (dead.Projection, dead.Position, dead.Tries, dead.Type, dead.Error).ShouldBe(("boxes", poison, 1, "item_put", "22012: division by zero"));
        dead.FailedAt.ShouldNotBeNull();
        (await StandsAtAsync()).ShouldBe(Events);
        (await ScalarAsync<decimal>("select sum(events) from public.boxes")).ShouldBe(Events - (poison % 2 == 0 ? 1 : 2), "the second event of a stream waits behind a first that failed");
    }

    [Fact]
    public async Task Later_events_of_its_stream_wait_behind_it_and_after_the_fix_all_are_applied_in_their_order()
    {
        await PoisonAsync(3);
        (await CatchUpAsync(Projection(pageSize: 6))).ShouldBeTrue();
        var box = (await LettersAsync())[0].StreamId;
        await PutAsync(box);
        await GivenBoxesAsync(boxes: 1, eventsEach: 2);
        (await CatchUpAsync(Projection(pageSize: 6))).ShouldBeTrue();
        (await LettersAsync()).Select(letter => (letter.Position, letter.Version, letter.Error)).ShouldBe([(3, 1, "22012: division by zero"), (4, 2, null), (21, 3, null)]);
        await ShouldBeTheFoldAsync(without: box);
        var status = (await StatusAsync())[0];
        (status.State, status.DeadLetters, status.Waiting, status.LastError).ShouldBe((ProjectionState.Running, 1, 2, "22012: division by zero"));

        (await RetryAsync()).ShouldBe(new RetryResult(Applied: 0, Failed: 1));
        (await LettersAsync())[0].Tries.ShouldBe(2);
        await PoisonAsync();
        (await RetryAsync(position: 1)).ShouldBe(new RetryResult(Applied: 0, Failed: 0), "that is another stream's");
        (await RetryAsync(position: 3)).ShouldBe(new RetryResult(Applied: 3, Failed: 0));

        (await LettersAsync()).ShouldBeEmpty();
        await PutAsync(box);
        (await CatchUpAsync(Projection())).ShouldBeTrue();
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task A_second_poison_in_the_stream_stops_the_retry_there()
    {
        await PoisonAsync(3, 4, 7);
        (await CatchUpAsync(Projection())).ShouldBeTrue();

        await PoisonAsync(4, 7);
        (await RetryAsync(position: 3)).ShouldBe(new RetryResult(Applied: 1, Failed: 1));
        (await LettersAsync()).Select(letter => (letter.Position, letter.Tries, letter.Error is null)).ShouldBe([(4, 1, false), (7, 1, false), (8, 0, true)]);

        await PoisonAsync();
        (await RetryAsync()).ShouldBe(new RetryResult(Applied: 3, Failed: 0));
        (await LettersAsync()).ShouldBeEmpty();
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task With_no_dead_letter_allowed_the_projection_stops_before_the_event_until_it_is_mended_and_resumed()
    {
        await PoisonAsync(9);

        (await CatchUpAsync(Projection(mostPoisoned: 0))).ShouldBeFalse();

        var status = (await StatusAsync())[0];
        (status.State, status.Position, status.Hold!.Position, status.Hold.Error).ShouldBe((ProjectionState.Stopped, 8, 9, "22012: division by zero"));
        (await LettersAsync()).ShouldBeEmpty();

        await ResumeAsync();
        (await CatchUpAsync(Projection(mostPoisoned: 0))).ShouldBeFalse("nothing was mended");
        await PoisonAsync();
        await ResumeAsync();
        (await CatchUpAsync(Projection(mostPoisoned: 0))).ShouldBeTrue();
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task As_many_streams_have_letters_as_may_be_and_the_next_one_stops_it()
    {
        await PoisonAsync(1, 5, 9);

        (await CatchUpAsync(Projection(mostPoisoned: 2))).ShouldBeFalse();

        (await LettersAsync()).Select(letter => letter.Position).ShouldBe([1, 2, 5, 6]);
        (await StatusAsync())[0].Hold!.Position.ShouldBe(9);
    }

    [Fact]
    public async Task Statements_that_fail_over_no_event_at_all_are_not_an_events_fault()
    {
        var broken = new SqlProjection("boxes", [], ["select 1 / (case when $1 <= $2 then 0 else 1 end)"]);

        await Should.ThrowAsync<Padron.MartenExtensions.Daemon.InvalidProjectionException>(() => CatchUpAsync(broken));

        (await LettersAsync()).ShouldBeEmpty();
        (await StandsAtAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_projection_that_is_paused_stands_still_until_it_is_resumed()
    {
        var holds = new ProjectionHolds(DataSource);
        (await holds.PauseAsync(Boxes, "ana")).ShouldBeTrue();
        (await holds.PauseAsync(Boxes, "ana")).ShouldBeFalse();

        (await CatchUpAsync(Boxes, patience: TimeSpan.FromSeconds(30))).ShouldBeFalse("and at once, for nobody else will do it");
        (await StandsAtAsync()).ShouldBe(0);
        var status = (await StatusAsync())[0];
        (status.State, status.Hold!.By, status.Hold.Position, status.Hold.Error).ShouldBe((ProjectionState.Paused, "ana", null, null));

        await ResumeAsync();
        (await CatchUpAsync(Boxes)).ShouldBeTrue();
        await ShouldBeTheFoldAsync();
    }

    [Fact]
    public async Task What_is_made_anew_begins_without_dead_letters()
    {
        await PoisonAsync(3);
        (await CatchUpAsync(Boxes)).ShouldBeTrue();

        await using (var connection = await DataSource.OpenConnectionAsync())
            await DeadLetters.ForgetAsync(connection, Boxes);

        (await LettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_error_that_is_told_is_there_for_whoever_asks()
    {
        var statuses = new ProjectionStatuses(StoreOf(Boxes));
        await statuses.FailedAsync(Boxes, new InvalidOperationException("out of paper"));

        var status = (await statuses.ReadAsync()).ShouldHaveSingleItem();
        status.LastError.ShouldBe("InvalidOperationException: out of paper");
        status.LastErrorAt.ShouldNotBeNull();
        (status.IsLed, status.Leader, status.Behind).ShouldBe((false, null, Events));
        status.LagSeconds.ShouldNotBeNull();
    }

    async Task ResumeAsync() => (await new ProjectionHolds(DataSource).ResumeAsync(Boxes)).ShouldBeTrue();

    Task<RetryResult> RetryAsync(long? position = null) => new DeadLetters(DataSource).RetryAsync(Boxes, position);

    Task<IReadOnlyList<ParkedEvent>> LettersAsync() => new DeadLetters(DataSource).ListAsync(Boxes);

    Task<IReadOnlyList<ProjectionStatus>> StatusAsync() => new ProjectionStatuses(StoreOf(Boxes)).ReadAsync();
}
