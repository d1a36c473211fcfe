using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

/// <summary>Batches that meet in the same streams, in opposite orders, wait for each other and never deadlock.</summary>
public sealed class OverlappingBatchesTests : EventStoreTest
{
    const int Writers = 8;
    const int Rounds = 15;
    const int BatchSize = 200;

    [Theory]
    [InlineData(BusyStreams.Wait)]
    [InlineData(BusyStreams.Skip)]
    public async Task Overlapping_batches_in_any_order_do_not_deadlock_and_lose_nothing(BusyStreams busy)
    {
        var existing = Enumerable.Range(0, 300).Select(_ => Guid.NewGuid()).ToArray();
        await AppendManyAsync([.. existing.Select(id => new StreamAppend(id, 0, Items("first")))]);
        // Every round brings new streams that all its writers try to make.
        var streams = Enumerable.Range(0, Rounds)
            .Select(_ => existing.Concat(Enumerable.Range(0, 100).Select(_ => Guid.NewGuid())).ToArray()).ToArray();

        var (written, runs) = (existing.Length, 0);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            foreach (var round in streams)
            {
                var ids = round.ToArray();
                random.Shuffle(ids);
                var batch = InOrder(writer, ids.Take(BatchSize));
                var result = await Store.TransactAsync(async (session, ct) =>
                {
                    Interlocked.Increment(ref runs);
                    var versions = await VersionsAsync(session.Connection, batch);
                    var appends = batch.Select(id => new StreamAppend(id, versions.GetValueOrDefault(id), Items("more"))).ToArray();
                    return await session.AppendManyAsync(appends, busy, ct);
                });
                Interlocked.Add(ref written, BatchSize - result.Conflicts.Count);
            }
        })));

        runs.ShouldBe(Writers * Rounds); // none was run again after a deadlock
        (await DeadlocksAsync()).ShouldBe(0);
        (await ScalarAsync<long>("select count(*) from events.mt_events")).ShouldBe(written);
        (await ScalarAsync<long>("select last_value from events.mt_events_sequence")).ShouldBe(written); // conflicts burnt nothing
        await StreamsShouldBeWholeAsync();
    }

    // A third rising, a third falling, a third as shuffled.
    static Guid[] InOrder(int writer, IEnumerable<Guid> ids) => [.. (writer % 3) switch { 0 => ids.Order(), 1 => ids.OrderDescending(), _ => ids }];

    static async Task<Dictionary<Guid, long>> VersionsAsync(NpgsqlConnection connection, Guid[] ids)
    {
        await using var command = new NpgsqlCommand("select id, version from events.mt_streams where id = any($1)", connection)
        {
            Parameters = { new() { Value = ids } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var versions = new Dictionary<Guid, long>();
        while (await reader.ReadAsync())
            versions.Add(reader.GetGuid(0), reader.GetInt64(1));
        return versions;
    }

    // A session reports what it counted, at the latest, when it ends.
    async Task<long> DeadlocksAsync()
    {
        DataSource.Clear();
        await Eventually.TrueAsync(
            () => ScalarAsync<bool>(
                """
                select count(*) = 0 from pg_stat_activity
                 where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
                """),
            "the writers' sessions had ended");
        return await ScalarAsync<long>("select deadlocks from pg_stat_database where datname = current_database()");
    }
}
