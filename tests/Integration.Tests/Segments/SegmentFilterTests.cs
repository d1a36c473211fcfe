using Padron.Application.Segments;
using Padron.Domain.Contacts;
using Padron.Domain.Segments;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Projections;

namespace Padron.Integration.Tests.Segments;

/// <summary>What a filter means in SQL is what it means in C#, over lives as they come.</summary>
public sealed class SegmentFilterTests : IAsyncLifetime
{
    const int Filters = 400;

    static readonly Dictionary<string, decimal> Income = new(StringComparer.Ordinal) { ["55"] = 160_000, ["33"] = 100_000, ["999"] = 50_000 };

    readonly PadronDatabase database = new();

    ContactTables? register;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        foreach (var (lada, pesos) in Income)
            await database.ExecuteAsync("insert into padron.mejores_ladas (lada, icpth_2022) values ($1, $2), ($1, $3)", lada, pesos, pesos / 2);
        await new RandomLives(database, seed: 11).AppendDecidedAsync(contacts: 400, events: 4_000, () => Task.CompletedTask);
        await database.CatchUpAsync();
        register = await ContactTables.ReadAsync(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whom_it_finds_and_counts_is_whom_it_says(int seed)
    {
        var filters = new RandomFilters(seed, register!, Income);
        var (met, fromCounts) = (0, 0);
        for (var i = 0; i < Filters; i++)
        {
            var filter = filters.Next();
            var expected = filters.Meeting(filter).ToArray();

            (await WalkAsync(filter, status: null, stretch: 1_000)).ShouldBe(expected.Select(state => state.Id), filter.ToString());
            var count = await SegmentQueries.CountAsync(database.DataSource, filter, CancellationToken.None);
            (count.Contacts, count.Available).ShouldBe((expected.LongLength, expected.LongCount(state => state.Status == "VERIFIED")), filter.ToString());

            met += expected.Length > 0 ? 1 : 0;
            fromCounts += count.FromCounts ? 1 : 0;
        }

        met.ShouldBeGreaterThan(Filters / 4, "a filter that nobody meets tests little");
        fromCounts.ShouldBeInRange(Filters / 20, Filters / 2);
    }

    [Fact]
    public async Task Whom_an_extraction_may_take_of_it_are_the_verified_ones()
    {
        var filters = new RandomFilters(seed: 3, register!, Income);
        for (var i = 0; i < Filters; i++)
        {
            var filter = filters.Next() with { Statuses = null };

            (await WalkAsync(filter, ContactStatus.Verified, stretch: 1_000))
                .ShouldBe(filters.Meeting(filter).Where(state => state.Status == "VERIFIED").Select(state => state.Id), filter.ToString());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Stretches_of_any_length_meet_the_same_contacts_once(int stretch)
    {
        SegmentFilter[] filters =
        [
            new() { Statuses = [ContactStatus.Verified], Cities = ["MERIDA", "NUMI"] }, new() { Statuses = [ContactStatus.Verified], Ladas = ["33", "55"] },
            new() { Text = "peña" }, new() { States = ["OAX", "YUC"], SentAtMost = 1 },
        ];
        foreach (var filter in filters)
        {
            var whole = await WalkAsync(filter, status: null, stretch: 1_000);

            whole.Count.ShouldBeGreaterThan(7);
            (await WalkAsync(filter, status: null, stretch)).ShouldBe(whole);
        }
    }

    [Fact]
    public async Task Values_are_never_read_as_SQL()
    {
        const string Bobby = "x'); drop table read.contact_counts; --";
        var filter = new SegmentFilter { States = [Bobby], Cities = [Bobby, "'"], Carriers = [Bobby], Text = "o'brien \\ & | ! ( :*" };

        (await WalkAsync(filter, status: null, stretch: 10)).ShouldBeEmpty();
        (await SegmentQueries.CountAsync(database.DataSource, filter, CancellationToken.None)).ShouldBe(new SegmentCount(0, 0, FromCounts: false));
        (await database.ScalarAsync<long>("select count(*) from read.contact_counts")).ShouldBePositive();
    }

    async Task<IReadOnlyList<Guid>> WalkAsync(SegmentFilter filter, ContactStatus? status, int stretch)
    {
        var walk = await SegmentWalk.OfAsync(database.DataSource, filter, status, CancellationToken.None);
        var met = new List<Guid>();
        while (await walk.ReadAsync(met.Count == 0 ? Guid.Empty : met[^1], upTo: null, stretch, CancellationToken.None) is { Count: > 0 } candidates)
            met.AddRange(candidates.Select(candidate => candidate.Id));
        return met;
    }
}
