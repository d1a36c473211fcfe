using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;

namespace Padron.Integration.Tests.MartenExtensions;

/// <summary>Whatever holds for an append to many streams holds where its events come by COPY.</summary>
public sealed class CopyManyTests : AppendManyTests
{
    static readonly EventMetadata All = new("ana", "import-1", "job-1");

    protected override Task<AppendManyResult> AppendManyAsync(params StreamAppend[] appends) => CopyManyAsync(EventMetadata.None, appends);

    [Fact]
    public async Task Events_that_come_by_COPY_are_read_as_those_that_were_appended()
    {
        var (appended, copied) = (Guid.NewGuid(), Guid.NewGuid());
        await Store.AppendManyAsync([new(appended, 0, Items("a", "ñandú \"b\""))], All);
        await CopyManyAsync(All, new StreamAppend(copied, 0, Items("a", "ñandú \"b\"")));

        var (one, other) = (await Store.ReadStreamAsync(appended), await Store.ReadStreamAsync(copied));

        other.Select(e => (e.Version, e.Data, e.UserName, e.CorrelationId, e.CausationId)).ShouldBe(one.Select(e => (e.Version, e.Data, e.UserName, e.CorrelationId, e.CausationId)));
        other.Select(e => e.Id).Concat(one.Select(e => e.Id)).ShouldBeUnique();
        (await ScalarAsync<bool>("select bool_and(e.timestamp = s.timestamp) from events.mt_events e join events.mt_streams s on s.id = e.stream_id")).ShouldBeTrue();
        (await ScalarAsync<bool>("select bool_and(mt_dotnet_type is null) from events.mt_events where stream_id = $1", copied)).ShouldBeTrue();
    }

    [Fact]
    public async Task Streams_of_a_bulk_load_are_refused_and_others_are_not()
    {
        await Store.TransactAsync(async (session, ct) => await BulkLoad.TryBeginAsync(session.Connection, Guid.NewGuid(), ["item_put"], DateTimeOffset.UnixEpoch, ct));
        var byRule = new StreamAppend(new Guid("0198c0de-0000-8000-8000-000000000001"), 0, Items("a")); // version 8

        await Should.ThrowAsync<StreamsLoadingException>(() => CopyManyAsync(EventMetadata.None, byRule));
        await Should.ThrowAsync<StreamsLoadingException>(() => Store.AppendManyAsync([byRule], EventMetadata.None));
        await Should.ThrowAsync<StreamsLoadingException>(() => Store.AppendAsync(byRule.StreamId, 0, byRule.Events, EventMetadata.None));
        await using (var ordinary = Store.Store.LightweightSession())
        {
            ordinary.Events.StartStream(byRule.StreamId, byRule.Events);
            BulkLoad.IsClosedBy(await Should.ThrowAsync<Exception>(() => ordinary.SaveChangesAsync())).ShouldBeTrue();
        }

        (await AppendManyAsync(new StreamAppend(Guid.NewGuid(), 0, Items("a")))).Conflicts.ShouldBeEmpty();
        (await ItemsAsync()).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Batches_that_overlap_in_opposite_orders_never_deadlock_and_lose_nothing()
    {
        Guid[] ids = [.. Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).Order()];
        var written = new int[4];
        await Task.WhenAll(Enumerable.Range(0, written.Length).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 25; round++)
            {
                var mine = random.GetItems(ids, 40).Distinct().ToArray();
                var versions = (await RowsAsync("select id, version from events.mt_streams where id = any ($1)", mine)).ToDictionary(row => (Guid)row[0]!, row => (long)row[1]!);
                var appends = mine.Select(id => new StreamAppend(id, versions.GetValueOrDefault(id), Items("x"))).ToArray();
                written[writer] += appends.Length - (await AppendManyAsync(writer % 2 == 0 ? appends : [.. appends.Reverse()])).Conflicts.Count;
            }
        })));

        (await ScalarAsync<long>("select count(*) from events.mt_events")).ShouldBe(written.Sum());
        (await ScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()")).ShouldBe(0);
        await StreamsShouldBeWholeAsync();
    }

    Task<AppendManyResult> CopyManyAsync(EventMetadata metadata, params StreamAppend[] appends) =>
        Store.TransactAsync(metadata, (session, ct) => session.CopyManyAsync(appends, ct));
}
