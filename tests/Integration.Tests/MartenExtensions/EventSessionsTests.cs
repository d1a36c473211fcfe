using Marten;
using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

public sealed class EventSessionsTests : EventStoreTest
{
    readonly Guid box = Guid.CreateVersion7();

    [Fact]
    public async Task What_is_appended_is_read_back_with_its_place_and_metadata()
    {
        object[] events = [new BoxOpened("Ñandú «1»", "A"), new ItemPut("mango", 3), new BoxSealed(new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero))];

        var result = await Store.AppendAsync(box, 0, events, new("ana", "request-7", "command-8"));

        var stored = await Store.ReadStreamAsync(box);
        stored.Select(e => e.Data).ShouldBe(events);
        stored.Select(e => (e.Version, e.Sequence)).ShouldBe([(1, 1), (2, 2), (3, 3)]);
        stored.ShouldAllBe(e => e.StreamId == box && e.UserName == "ana" && e.CorrelationId == "request-7" && e.CausationId == "command-8");
        result.ShouldBe(new AppendResult.Appended(Position: 3, Version: 3));
        (await Store.ReadStreamAsync(Guid.CreateVersion7())).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_is_stored_under_its_name_in_snake_case_with_its_class_and_without_nulls()
    {
        await AppendAsync(box, 0, new BoxOpened("L"));

        (await RowsAsync("select type, mt_dotnet_type, data::text, tenant_id, is_archived from events.mt_events")).Single().ShouldBe(
        [
            "box_opened", "Padron.Integration.Tests.MartenExtensions.BoxOpened, Padron.Integration.Tests", """{"label": "L"}""", "*DEFAULT*", false,
        ]);
    }

    [Fact]
    public async Task An_event_has_the_servers_time_whatever_its_time_zone()
    {
        await ExecuteAsync($"alter database {new NpgsqlConnectionStringBuilder(ConnectionString).Database} set timezone = 'America/Mexico_City'");
        DataSource.Clear();

        await AppendAsync(box, 0, Items("a"));
        await AppendAsync(box, 1, Items("b"));
        await AppendManyAsync(new StreamAppend(box, 2, Items("c")));

        (await ScalarAsync<bool>("select bool_and(timestamp > now() - interval '1 minute' and timestamp <= now()) from events.mt_events")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Of_many_who_append_at_the_same_version_at_once_one_wins_and_no_position_is_burnt(long version)
    {
        if (version > 0)
            await AppendAsync(box, 0, Items("first"));

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => AppendAsync(box, version, Items($"{i}"))));

        results.OfType<AppendResult.Appended>().ShouldBe([new AppendResult.Appended(Position: version + 1, Version: version + 1)]);
        (await SequenceAsync()).ShouldBe($"{version + 1} true");
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task Appends_in_one_transaction_see_each_other_and_commit_together()
    {
        await Store.TransactAsync(async (session, ct) =>
        {
            await session.AppendAsync(new(box, 0, Items("a")), ct);
            (await session.AppendManyAsync([new(box, 1, Items("b"))], ct: ct)).Conflicts.ShouldBeEmpty();
            (await Store.ReadStreamAsync(box, ct)).Count.ShouldBe(2);
            return await session.AppendAsync(new(box, 2, Items("c")), ct);
        });

        (await ItemsAsync()).ShouldBe(["a", "b", "c"]);
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task What_is_done_within_anothers_work_commits_or_is_rolled_back_with_it()
    {
        await Should.ThrowAsync<ChangedMyMindException>(() => Store.TransactAsync<int>(async (_, ct) =>
        {
            (await Store.AppendAsync(box, 0, Items("a"), EventMetadata.None, ct)).ShouldBeOfType<AppendResult.Appended>();
            throw new ChangedMyMindException();
        }));

        (await ItemsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_race_that_is_lost_within_anothers_work_leaves_what_that_did_before()
    {
        await AppendAsync(box, 0, Items("a"));
        var other = Guid.CreateVersion7();

        await Store.TransactAsync(async (session, ct) =>
        {
            await session.AppendAsync(new(other, 0, Items("b")), ct);
            return await Store.AppendAsync(box, 0, Items("late"), EventMetadata.None, ct);
        });

        (await ItemsAsync()).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task What_is_written_on_the_connection_commits_though_no_event_is_appended()
    {
        await ExecuteAsync("create table notes (text text)");

        await Store.TransactAsync(async (session, ct) =>
        {
            await using var command = new NpgsqlCommand("insert into notes values ('kept')", session.Connection);
            return await command.ExecuteNonQueryAsync(ct);
        });

        (await ScalarAsync<string>("select text from notes")).ShouldBe("kept");
    }

    [Fact]
    public async Task A_set_based_append_commits_in_an_ordinary_session_of_Marten()
    {
        await using var session = Store.Store.LightweightSession();
        (await session.AppendManyAsync([new(box, 0, Items("a"))])).Conflicts.ShouldBeEmpty();
        (await ItemsAsync()).ShouldBeEmpty();

        await session.SaveChangesAsync();

        (await ItemsAsync()).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_store_that_is_configured_otherwise_is_refused()
    {
        using var rich = DocumentStore.For(options =>
        {
            MartenSettings.ApplyTo(options, BoxJson.Default.Options);
            options.Connection(DataSource);
            options.Events.AppendMode = JasperFx.Events.EventAppendMode.Rich;
        });

        Should.Throw<InvalidOperationException>(() => MartenSettings.Require(rich)).Message.ShouldContain("AppendMode must be QuickWithServerTimestamps");
        MartenSettings.Require(Store.Store);
        await Store.Store.Storage.Database.AssertDatabaseMatchesConfigurationAsync();
    }

    [Fact]
    public async Task Positions_come_one_at_a_time_from_a_sequence_that_belongs_to_the_events()
    {
        (await RowsAsync("select start_value, increment_by, cache_size, cycle from pg_sequences where schemaname = 'events'")).Single().ShouldBe([1L, 1L, 1L, false]);
        (await ScalarAsync<string>("select pg_get_serial_sequence('events.mt_events', 'seq_id')")).ShouldBe("events.mt_events_sequence");
    }
}
