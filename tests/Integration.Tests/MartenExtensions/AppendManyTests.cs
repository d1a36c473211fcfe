using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

public class AppendManyTests : EventStoreTest
{
    readonly Guid[] boxes = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7())];

    [Fact]
    public async Task Streams_in_conflict_come_back_and_the_others_commit()
    {
        await AppendManyAsync(new(boxes[0], 0, Items("a")), new(boxes[1], 0, Items("b")), new(boxes[2], 0, Items("c")));

        var result = await AppendManyAsync(
            new(boxes[4], 0, Items("new")), // there is none yet
            new(boxes[0], 1, Items("a2", "a3")), // at its version
            new(boxes[1], 2, Items("b2")), // not that far
            new(boxes[2], 0, Items("c2")), // not new any more
            new(boxes[3], 7, Items("d2"))); // does not exist

        result.Conflicts.ShouldBe([boxes[1], boxes[2], boxes[3]], ignoreOrder: true);
        result.Position.ShouldBe(6);
        (await ItemsAsync()).ShouldBe(["a", "b", "c", "new", "a2", "a3"]);
        (await SequenceAsync()).ShouldBe("6 true");
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task A_batch_of_conflicts_alone_has_no_position_and_burns_none()
    {
        var sequence = await SequenceAsync();

        var result = await AppendManyAsync(new(boxes[0], 1, Items("a")), new(boxes[1], 2, Items("b")));

        result.Position.ShouldBeNull();
        result.Conflicts.ShouldBe([boxes[0], boxes[1]], ignoreOrder: true);
        (await SequenceAsync()).ShouldBe(sequence);
    }

    [Fact]
    public async Task An_empty_batch_does_nothing()
    {
        var result = await AppendManyAsync();

        (result.Position, result.Conflicts.Count).ShouldBe((null, 0));
        (await SequenceAsync()).ShouldBe("1 false");
    }

    [Fact]
    public async Task A_stream_that_stands_twice_in_a_batch_is_refused_before_anything_is_written()
    {
        (await Should.ThrowAsync<ArgumentException>(() => AppendManyAsync(new(boxes[0], 0, Items("a")), new(boxes[0], 1, Items("b")))))
            .Message.ShouldContain("only once in a batch");
        (await SequenceAsync()).ShouldBe("1 false");
    }

    [Fact]
    public async Task A_stream_without_events_is_refused_before_anything_is_written()
    {
        (await Should.ThrowAsync<ArgumentException>(() => AppendManyAsync(new(boxes[0], 0, Items("a")), new(boxes[1], 0, []))))
            .Message.ShouldContain("needs an event");
        (await SequenceAsync()).ShouldBe("1 false");
    }

    [Fact]
    public async Task Positions_follow_the_order_of_the_batch_and_of_each_streams_events()
    {
        // Ids in falling order, as the store locks them in rising order.
        var streams = Enumerable.Range(0, 500).Select(_ => Guid.NewGuid()).OrderDescending().ToArray();
        var appends = streams.Select((stream, i) =>
            new StreamAppend(stream, 0, Items([.. Enumerable.Range(0, 1 + (i % 4)).Select(place => $"{i}/{place}")]))).ToArray();

        var result = await AppendManyAsync(appends);

        (await ItemsAsync()).ShouldBe(appends.SelectMany(append => append.Events).Cast<ItemPut>().Select(e => e.Item));
        result.Position.ShouldBe(await ScalarAsync<long>("select max(seq_id) from events.mt_events"));
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task Every_event_of_a_batch_carries_its_metadata()
    {
        var metadata = new EventMetadata(User: "ana", CausationId: "job-1");
        await Store.AppendManyAsync([new(boxes[0], 0, Items("a", "b")), new(boxes[1], 0, Items("c"))], metadata);

        (await Store.ReadAllAsync(0, 10).ToArrayAsync()).Select(e => (e.UserName, e.CausationId)).ShouldBe([("ana", "job-1"), ("ana", "job-1"), ("ana", "job-1")]);
    }

    /// <summary>Stands for the foreign key that the tables do without.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task After_any_appends_every_event_has_its_stream_and_every_stream_its_events(int seed)
    {
        var random = new Random(seed);
        var ids = Enumerable.Range(0, 40).Select(_ => Guid.NewGuid()).ToArray();
        var versions = ids.ToDictionary(id => id, _ => 0L);
        for (var round = 0; round < 60; round++)
        {
            // Mostly right; wrong by one in either direction now and then.
            var appends = random.GetItems(ids, random.Next(1, 15)).Distinct().Select(id => new StreamAppend(
                id,
                versions[id] + (random.Next(5) == 0 ? random.Next(-1, 2) : 0),
                Items([.. Enumerable.Repeat("x", random.Next(1, 5))]))).ToArray();

            var result = await AppendManyAsync(appends);

            result.Conflicts.ShouldBe(
                appends.Where(append => append.ExpectedVersion != versions[append.StreamId]).Select(append => append.StreamId),
                ignoreOrder: true);
            foreach (var append in appends.Where(append => !result.Conflicts.Contains(append.StreamId)))
                versions[append.StreamId] += append.Events.Count;
        }

        await StreamsShouldBeWholeAsync();
        (await RowsAsync("select id, version from events.mt_streams")).ToDictionary(row => (Guid)row[0]!, row => (long)row[1]!)
            .ShouldBe(versions.Where(stream => stream.Value > 0), ignoreOrder: true);
        (await ScalarAsync<long>("select last_value from events.mt_events_sequence")).ShouldBe(versions.Values.Sum()); // no hole
    }
}
