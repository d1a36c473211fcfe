using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

public sealed class AppendTests : EventStoreTest
{
    readonly Guid box = Guid.CreateVersion7();

    [Fact]
    public async Task What_is_appended_is_read_back_with_its_place_and_metadata()
    {
        var noon = new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
        object[] events = [new BoxOpened("Ñandú «1»", "A"), new ItemPut("mango", 3), new BoxSealed(noon)];
        var metadata = new EventMetadata("ana", "request-7", "command-8", """{"ip": "::1"}""");

        var result = await Store.AppendAsync(box, 0, events, metadata);

        var stored = await Store.ReadStreamAsync(box);
        stored.Select(e => e.Data).ShouldBe(events);
        stored.Select(e => e.Version).ShouldBe([1, 2, 3]);
        stored.Select(e => e.Position).ShouldBe([1, 2, 3]);
        stored.ShouldAllBe(e => e.StreamId == box && e.Metadata == metadata);
        stored.Select(e => e.Id).Distinct().Count().ShouldBe(3);
        stored.Select(e => e.Timestamp.UtcDateTime).Distinct()
            .ShouldBe([await ScalarAsync<DateTime>("select max(timestamp) from events.mt_events")]);
        result.ShouldBe(new AppendResult.Appended(Position: 3, Version: 3));
    }

    [Fact]
    public async Task An_event_is_stored_under_its_name_in_snake_case_with_its_class_and_without_nulls()
    {
        await AppendAsync(box, 0, new BoxOpened("L"));

        (await RowsAsync("select type, mt_dotnet_type, data::text, tenant_id, is_archived, headers from events.mt_events")).Single().ShouldBe(
        [
            "box_opened", "Padron.Integration.Tests.MartenExtensions.BoxOpened, Padron.Integration.Tests", """{"label": "L"}""",
            "*DEFAULT*", false, DBNull.Value,
        ]);
    }

    [Fact]
    public async Task An_event_without_metadata_reads_as_one_that_has_none()
    {
        await AppendAsync(box, 0, Items("mango"));
        (await Store.ReadStreamAsync(box)).Single().Metadata.ShouldBe(EventMetadata.None);
    }

    [Fact]
    public async Task A_stream_is_read_after_a_version_and_an_unknown_one_is_empty()
    {
        await AppendAsync(box, 0, Items("a", "b", "c"));

        (await Store.ReadStreamAsync(box, afterVersion: 1)).Select(e => e.Version).ShouldBe([2, 3]);
        (await Store.ReadStreamAsync(box, afterVersion: 3)).ShouldBeEmpty();
        (await Store.ReadStreamAsync(Guid.CreateVersion7())).ShouldBeEmpty();
    }

    [Fact]
    public async Task All_events_are_read_in_the_order_of_their_positions_between_an_exclusive_floor_and_an_inclusive_ceiling()
    {
        var other = Guid.CreateVersion7();
        await AppendAsync(box, 0, Items("a", "b"));
        await AppendAsync(other, 0, Items("c"));
        await AppendAsync(box, 2, Items("d"));

        (await ItemsAsync()).ShouldBe(["a", "b", "c", "d"]);
        (await ItemsAsync(after: 1, upTo: 3)).ShouldBe(["b", "c"]);
        (await ItemsAsync(after: 4)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_goes_on_from_its_expected_version()
    {
        await AppendAsync(box, 0, Items("a", "b"));

        (await AppendAsync(box, 2, Items("c", "d"))).ShouldBe(new AppendResult.Appended(Position: 4, Version: 4));

        (await ItemsAsync()).ShouldBe(["a", "b", "c", "d"]);
        await StreamsShouldBeWholeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task A_wrong_expected_version_is_a_conflict_that_writes_nothing_and_burns_no_position(long expectedVersion)
    {
        await AppendAsync(box, 0, Items("a", "b"));
        var (sequence, stream) = (await SequenceAsync(), await StreamRowsAsync());

        (await AppendAsync(box, expectedVersion, Items("c"))).ShouldBeOfType<AppendResult.Conflict>();

        (await SequenceAsync()).ShouldBe(sequence);
        (await StreamRowsAsync()).ShouldBe(stream);
        (await ItemsAsync()).ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_stream_that_does_not_exist_is_at_no_version_but_zero(long expectedVersion)
    {
        var sequence = await SequenceAsync();

        (await AppendAsync(box, expectedVersion, Items("a"))).ShouldBeOfType<AppendResult.Conflict>();

        (await SequenceAsync()).ShouldBe(sequence);
        (await StreamRowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_who_make_the_same_new_stream_at_once_one_wins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => AppendAsync(box, 0, Items($"{i}"))));

        results.OfType<AppendResult.Appended>().ShouldBe([new AppendResult.Appended(Position: 1, Version: 1)]);
        (await ItemsAsync()).Length.ShouldBe(1);
        (await SequenceAsync()).ShouldBe("1 true");
    }

    [Fact]
    public async Task Of_many_who_extend_a_stream_from_the_same_version_at_once_one_wins()
    {
        await AppendAsync(box, 0, Items("first"));

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => AppendAsync(box, 1, Items($"{i}", $"{i}"))));

        results.OfType<AppendResult.Appended>().ShouldBe([new AppendResult.Appended(Position: 3, Version: 3)]);
        (await SequenceAsync()).ShouldBe("3 true");
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task Appends_in_one_transaction_see_each_other_and_commit_together()
    {
        await Store.TransactAsync(async (transaction, ct) =>
        {
            await transaction.AppendAsync(new(box, 0, Items("a")), EventMetadata.None, ct);
            return await transaction.AppendAsync(new(box, 1, Items("b")), EventMetadata.None, ct);
        });

        (await ItemsAsync()).ShouldBe(["a", "b"]);
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task Work_that_throws_leaves_nothing_but_a_hole_in_the_positions()
    {
        await Should.ThrowAsync<ChangedMyMindException>(() => Store.TransactAsync<AppendResult>(async (transaction, ct) =>
        {
            await transaction.AppendAsync(new(box, 0, Items("a")), EventMetadata.None, ct);
            throw new ChangedMyMindException();
        }));

        (await StreamRowsAsync()).ShouldBeEmpty();
        (await AppendAsync(box, 0, Items("b"))).ShouldBe(new AppendResult.Appended(Position: 2, Version: 1));
    }

    [Fact]
    public async Task An_event_of_a_type_nobody_registered_is_named_when_it_is_read()
    {
        await AppendAsync(box, 0, Items("a"));
        await ExecuteAsync("update events.mt_events set type = 'box_burnt'");

        (await Should.ThrowAsync<UnknownEventTypeException>(() => Store.ReadStreamAsync(box))).Message.ShouldContain("'box_burnt'");
        (await Should.ThrowAsync<UnknownEventTypeException>(() => ItemsAsync())).Message.ShouldContain("'box_burnt'");
    }

    [Fact]
    public async Task An_event_of_a_class_nobody_registered_is_not_stored()
    {
        (await Should.ThrowAsync<ArgumentException>(() => AppendAsync(box, 0, new BoxLost()))).Message.ShouldContain(nameof(BoxLost));
        (await StreamRowsAsync()).ShouldBeEmpty();
    }

    async Task<string[]> StreamRowsAsync() =>
        [.. (await RowsAsync("select s::text from events.mt_streams s")).Select(row => (string)row[0]!)];
}
