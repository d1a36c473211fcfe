using Padron.Integration.Tests.Fixture;
using Padron.Projections;
using Padron.Projections.Rebuilds;

namespace Padron.Integration.Tests.Projections;

/// <summary>
/// Events that a projection can't apply, over one that notes each stream's last version, and refuses to skip one. Ten streams of two events each, appended one
/// after the other: positions 1 and 2 are the first stream's.
/// </summary>
public sealed class PoisonedEventsTests : IAsyncLifetime
{
    const int Events = 20;

    static readonly Projection Words = new(
        "words", ["public.words"],
        [
            """
            insert into public.words as w (stream_id, version)
            select stream_id, max(version / (case when seq_id = any (select position from public.poison) then 0 else 1 end))
              from events.mt_events where seq_id > $1 and seq_id <= $2 group by stream_id
                on conflict (stream_id) do update set version = excluded.version, in_order = w.in_order and w.version < excluded.version
            """,
        ]);

    readonly PadronDatabase database = new();

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await database.ExecuteAsync("create table public.words (stream_id uuid primary key, version bigint, in_order boolean not null default true)");
        await database.ExecuteAsync("create table public.poison (position bigint)");
        for (var stream = 0; stream < Events / 2; stream++)
            await database.GivenVerifiedAsync(1, firstNational: 5510000000 + stream);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(19)]
    [InlineData(20)]
    public async Task The_event_is_found_wherever_it_is_and_all_others_are_applied(int poison)
    {
        foreach (var pageSize in new[] { 6, 1_000, 1 })
        {
            await ForgetAllAsync();
            await PoisonAsync(poison);

            (await Daemon(pageSize: pageSize).CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();

            var dead = (await LettersAsync()).Where(letter => letter.Error is not null).ShouldHaveSingleItem();
            (dead.Position, dead.Tries, dead.Type).ShouldBe((poison, 1, poison % 2 == 0 ? "contact_verified" : "contact_imported"));
            dead.Error.ShouldBe("22012: division by zero");
            (await StandsAtAsync()).ShouldBe(Events);
            (await AppliedAsync()).ShouldBe(Events - (poison % 2 == 0 ? 1 : 2), "the second event of a stream waits behind a first that failed");
        }
    }

    [Fact]
    public async Task Later_events_of_its_stream_wait_behind_it_and_after_the_fix_all_are_applied_in_their_order()
    {
        await PoisonAsync(3);
        (await Daemon().CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();
        var contact = (await LettersAsync())[0].StreamId;
        await AppendAsync(contact, version: 2);
        (await Daemon().CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();
        (await LettersAsync()).Select(letter => (letter.Position, letter.Version, letter.Error)).ShouldBe([(3, 1, "22012: division by zero"), (4, 2, null), (21, 3, null)]);
        var status = (await Daemon().StatusAsync()).ShouldHaveSingleItem();
        (status.State, status.DeadLetters, status.Waiting, status.LastError).ShouldBe((ProjectionState.Running, 1, 2, "22012: division by zero"));

        (await RetryAsync()).ShouldBe(new RetryResult(Applied: 0, Failed: 1));
        (await LettersAsync())[0].Tries.ShouldBe(2);
        await PoisonAsync();
        (await RetryAsync()).ShouldBe(new RetryResult(Applied: 3, Failed: 0));

        (await LettersAsync()).ShouldBeEmpty();
        await AppendAsync(contact, version: 3);
        (await Daemon().CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();
        await ShouldBeTheLastWordsInOrderAsync();
    }

    [Fact]
    public async Task A_second_poison_in_the_stream_stops_the_retry_there()
    {
        await PoisonAsync(3, 4, 7);
        (await Daemon().CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();

        await PoisonAsync(4, 7);
        (await RetryAsync(position: 3)).ShouldBe(new RetryResult(Applied: 1, Failed: 1));
        (await LettersAsync()).Select(letter => (letter.Position, letter.Tries)).ShouldBe([(4, 1), (7, 1), (8, 0)]);

        await PoisonAsync();
        (await RetryAsync()).ShouldBe(new RetryResult(Applied: 3, Failed: 0));
        await ShouldBeTheLastWordsInOrderAsync();
    }

    [Fact]
    public async Task With_no_dead_letter_allowed_the_projection_stops_before_the_event_and_others_go_on()
    {
        await PoisonAsync(9);
        var healthy = new Projection("healthy", [], []);
        var daemon = Daemon(mostParked: 0, besides: healthy);

        (await daemon.CatchUpAsync(TimeSpan.Zero)).ShouldBeFalse();
        (await daemon.CatchUpAsync(TimeSpan.Zero)).ShouldBeFalse();

        var status = await daemon.StatusAsync();
        (status[0].State, status[0].Position, status[0].Hold!.Position, status[0].Hold!.Error).ShouldBe((ProjectionState.Stopped, 8, 9, "22012: division by zero"));
        (status[1].State, status[1].Position).ShouldBe((ProjectionState.Running, Events));
        (await LettersAsync()).ShouldBeEmpty();

        await ResumeAsync();
        (await daemon.CatchUpAsync(TimeSpan.Zero)).ShouldBeFalse("nothing was mended");
        (await daemon.StatusAsync())[0].State.ShouldBe(ProjectionState.Stopped);

        await PoisonAsync();
        await ResumeAsync();
        (await daemon.CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();
        await ShouldBeTheLastWordsInOrderAsync();
    }

    [Fact]
    public async Task As_many_streams_are_parked_as_may_be_and_the_next_one_stops_it()
    {
        await PoisonAsync(1, 5, 9);

        (await Daemon(mostParked: 2).CatchUpAsync(TimeSpan.Zero)).ShouldBeFalse();

        (await LettersAsync()).Select(letter => letter.Position).ShouldBe([1, 2, 5, 6]);
        (await Daemon().StatusAsync())[0].Hold!.Position.ShouldBe(9);
    }

    [Fact]
    public async Task Statements_that_fail_over_no_event_at_all_are_not_an_events_fault()
    {
        var broken = Words with { Statements = ["select 1 / (case when $1 <= $2 then 0 else 1 end)"] };

        await Should.ThrowAsync<InvalidProjectionException>(() => new ProjectionDaemon(database.DataSource, TimeProvider.System) { Projections = [broken] }.CatchUpAsync(TimeSpan.Zero));

        (await LettersAsync()).ShouldBeEmpty();
        (await StandsAtAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_projection_that_is_paused_stands_still_until_it_is_resumed()
    {
        var holds = database.Get<ProjectionHolds>();
        (await holds.PauseAsync(Words, "ana")).ShouldBeTrue();
        (await holds.PauseAsync(Words, "ana")).ShouldBeFalse();

        (await Daemon().CatchUpAsync(TimeSpan.FromSeconds(30))).ShouldBeFalse("and at once, for nobody else will do it");
        (await StandsAtAsync()).ShouldBe(0);
        var status = (await Daemon().StatusAsync())[0];
        (status.State, status.Hold!.By, status.Hold.Position, status.Hold.Error).ShouldBe((ProjectionState.Paused, "ana", null, null));

        await ResumeAsync();
        (await Daemon().CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();
        await ShouldBeTheLastWordsInOrderAsync();
    }

    [Fact]
    public async Task A_pause_takes_hold_after_the_page_that_is_being_applied()
    {
        var pausing = new Told(page =>
        {
            using var connection = database.DataSource.OpenConnection();
            using var command = new Npgsql.NpgsqlCommand("insert into projections.holds (name) values ('words')", connection);
            command.ExecuteNonQuery();
        });

        (await Daemon(pageSize: 6).CatchUpAsync(TimeSpan.Zero, pausing)).ShouldBeFalse();

        (await StandsAtAsync()).ShouldBe(6);
    }

    [Fact]
    public async Task A_rebuild_begins_without_dead_letters()
    {
        await PoisonAsync(3);
        (await Daemon().CatchUpAsync(TimeSpan.Zero)).ShouldBeTrue();

        await PoisonAsync();
        await new ProjectionRebuild(database.DataSource, TimeProvider.System).RunAsync(Words);

        (await LettersAsync()).ShouldBeEmpty();
        await ShouldBeTheLastWordsInOrderAsync();
    }

    [Fact]
    public async Task An_error_that_is_told_to_the_daemon_is_there_for_whoever_asks()
    {
        await Daemon().FailedAsync(Words, new InvalidOperationException("out of paper"));

        var status = (await Daemon().StatusAsync()).ShouldHaveSingleItem();
        status.LastError.ShouldBe("InvalidOperationException: out of paper");
        status.LastErrorAt.ShouldNotBeNull();
        (status.IsLed, status.Leader).ShouldBe((false, null));
    }

    ProjectionDaemon Daemon(int pageSize = 6, int mostParked = 100, params Projection[] besides) =>
        new(database.DataSource, TimeProvider.System, new() { MostParkedStreams = mostParked }) { PageSize = pageSize, Projections = [Words, .. besides] };

    async Task PoisonAsync(params long[] positions)
    {
        await database.ExecuteAsync("delete from public.poison");
        await database.ExecuteAsync("insert into public.poison select unnest($1)", positions);
    }

    async Task ForgetAllAsync() => await database.ExecuteAsync(
        "with a as (delete from public.words), b as (delete from projections.parked_events) delete from events.mt_event_progression where name = 'words:All'");

    async Task ResumeAsync() => (await database.Get<ProjectionHolds>().ResumeAsync(Words)).ShouldBeTrue();

    Task<RetryResult> RetryAsync(long? position = null) => database.Get<DeadLetters>().RetryAsync(Words, position);

    Task<IReadOnlyList<ParkedEvent>> LettersAsync() => database.Get<DeadLetters>().ListAsync(Words);

    Task<long> StandsAtAsync() => database.ScalarAsync<long>("select coalesce(max(last_seq_id), 0) from events.mt_event_progression where name = 'words:All'");

    Task<long> AppliedAsync() => database.ScalarAsync<long>("select coalesce(sum(version), 0)::bigint from public.words");

    async Task AppendAsync(Guid stream, long version) => (await database.Store.AppendAsync(
        stream, version, [new Padron.Domain.Contacts.ContactOptedIn("paper", null, DateTimeOffset.UnixEpoch)], Padron.MartenExtensions.EventMetadata.None))
        .ShouldBeOfType<AppendResult.Appended>();

    async Task ShouldBeTheLastWordsInOrderAsync()
    {
        (await database.RowsAsync("select stream_id, version from public.words")).ShouldBe(await database.RowsAsync("select id as stream_id, version from events.mt_streams"));
        (await database.ScalarAsync<bool>("select bool_and(in_order) from public.words")).ShouldBeTrue();
    }

    /// <summary>Told at once and on the daemon's own thread.</summary>
    sealed class Told(Action<ProjectionProgress> action) : IProgress<ProjectionProgress>
    {
        public void Report(ProjectionProgress value) => action(value);
    }
}
