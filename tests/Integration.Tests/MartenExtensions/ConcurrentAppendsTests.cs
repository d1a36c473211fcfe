using System.Collections.Concurrent;
using JasperFx.Events;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.MartenExtensions;

/// <summary>Many connections append whatever they like while readers follow the mark: nothing is lost, nothing is read twice.</summary>
public sealed class ConcurrentAppendsTests : EventStoreTest
{
    const int Writers = 16;
    const int Rounds = 40;

    readonly Guid[] shared = [.. Enumerable.Range(0, 12).Select(_ => Guid.NewGuid())];
    readonly ConcurrentBag<string> committed = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_committed_event_is_read_once_and_in_order_by_whoever_follows_the_mark(int seed)
    {
        var writers = Task.WhenAll(Enumerable.Range(0, Writers)
            .Select(writer => Task.Run(() => WriteAsync(writer, new Random((seed * 1_000) + writer)))));

        // Two follow one mark, as two projections of one process; the third has a mark of its own, as another process.
        var mark = new ExactHighWaterDetector(DataSource);
        var others = new ExactHighWaterDetector(DataSource);
        var readers = await Task.WhenAll(FollowAsync(mark, writers), FollowAsync(mark, writers), FollowAsync(others, writers));
        await writers;

        foreach (var read in readers)
        {
            read.Select(e => e.Sequence).ShouldBeInOrder();
            read.Select(e => ((ItemPut)e.Data).Item).Order(StringComparer.Ordinal).ShouldBe(committed.Order(StringComparer.Ordinal));
        }

        await StreamsShouldBeWholeAsync();
        // Or nothing was tried: some transactions must have been rolled back after they drew positions.
        (await ScalarAsync<long>("select last_value from events.mt_events_sequence")).ShouldBeGreaterThan(committed.Count);
    }

    async Task<List<IEvent>> FollowAsync(ExactHighWaterDetector mark, Task writers)
    {
        var read = new List<IEvent>();
        var last = 0L;
        bool done;
        do
        {
            done = writers.IsCompleted; // before the mark is advanced, or its last events would be missed
            var next = await mark.AdvanceAsync();
            next.ShouldBeGreaterThanOrEqualTo(last);
            read.AddRange(await Store.ReadAllAsync(last, next).ToListAsync());
            last = next;
        }
        while (!done);
        return read;
    }

    async Task WriteAsync(int writer, Random random)
    {
        for (var round = 0; round < Rounds; round++)
        {
            try
            {
                var label = $"{writer}/{round}";
                var written = random.Next(3) switch
                {
                    0 => await AppendOneAsync(label, random),
                    1 => await AppendBatchAsync(label, random),
                    _ => await AppendSeveralInOneTransactionAsync(label, random),
                };
                foreach (var item in written)
                    committed.Add(item);
            }
            catch (ChangedMyMindException)
            {
                // Rolled back: its positions are holes.
            }
        }
    }

    async Task<IEnumerable<string>> AppendOneAsync(string label, Random random)
    {
        var append = (await ForSharedStreamsAsync(label, 1, random))[0];
        var result = await Store.AppendAsync(append.StreamId, append.ExpectedVersion, append.Events, EventMetadata.None);
        return result is AppendResult.Appended ? ItemsOf(append) : [];
    }

    Task<IEnumerable<string>> AppendBatchAsync(string label, Random random) => Store.TransactAsync(async (session, ct) =>
    {
        var appends = await ForSharedStreamsAsync(label, random.Next(1, 8), random);
        var busy = random.Next(2) == 0 ? BusyStreams.Skip : BusyStreams.Wait;
        var result = await session.AppendManyAsync(appends, busy, ct);
        return MaybeNot(random, [.. appends.Where(append => !result.Conflicts.Contains(append.StreamId)).SelectMany(ItemsOf)]);
    });

    // Streams of its own, so that it stays open across statements without waiting for anybody.
    Task<IEnumerable<string>> AppendSeveralInOneTransactionAsync(string label, Random random) => Store.TransactAsync(async (session, ct) =>
    {
        var items = new List<string>();
        for (var i = random.Next(2, 5); i > 0; i--)
        {
            var append = new StreamAppend(Guid.NewGuid(), 0, NewItems($"{label}-{i}", random));
            (await session.AppendAsync(append, ct)).ShouldBeOfType<AppendResult.Appended>();
            items.AddRange(ItemsOf(append));
        }

        return MaybeNot(random, items);
    });

    async Task<StreamAppend[]> ForSharedStreamsAsync(string label, int count, Random random)
    {
        var rows = await RowsAsync("select id, version from events.mt_streams where id = any($1)", shared);
        var versions = rows.ToDictionary(row => (Guid)row[0]!, row => (long)row[1]!);
        return
        [
            .. random.GetItems(shared, count).Distinct()
                .Select((id, i) => new StreamAppend(id, versions.GetValueOrDefault(id), NewItems($"{label}-{i}", random))),
        ];
    }

    static object[] NewItems(string label, Random random) => Items([.. Enumerable.Range(0, random.Next(1, 6)).Select(i => $"{label}.{i}")]);

    static IEnumerable<string> ItemsOf(StreamAppend append) => append.Events.Cast<ItemPut>().Select(e => e.Item);

    static IEnumerable<string> MaybeNot(Random random, IReadOnlyList<string> items) =>
        random.Next(4) == 0 ? throw new ChangedMyMindException() : items;
}
