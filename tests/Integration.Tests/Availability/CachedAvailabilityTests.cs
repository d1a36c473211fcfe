using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Padron.Application.Availability;
using Padron.Application.Caching;
using Padron.Application.Extractions;
using Padron.Application.Imports;
using Padron.Application.Imports.Rollback;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Availability;

/// <summary>Counts that are kept: the same as the queries', at every moment.</summary>
public sealed class CachedAvailabilityTests(ImportSample sample) : IClassFixture<ImportSample>, IAsyncLifetime
{
    static readonly SelectionKind[] Places = [SelectionKind.State, SelectionKind.City, SelectionKind.Municipality, SelectionKind.Lada];

    readonly PadronDatabase database = new();

    CachedAvailability Cached => database.Get<CachedAvailability>();

    AvailabilityQueries Queries => database.Get<AvailabilityQueries>();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Answers_are_kept_while_the_projection_stands()
    {
        await GivenContactsAsync();
        var before = await AnswersAsync(Cached);

        // Nothing in the product writes counts without their progression: this shows that nobody counted.
        await database.ExecuteAsync("update read.contact_counts set contacts = contacts + 1000; update padron.mejores_ladas set icpth_2022 = icpth_2022");
        (await AnswersAsync(Cached, premium: false)).ShouldBe(before[..^1]);

        await OptOutAsync();
        (await AnswersAsync(Cached)).ShouldBe(await AnswersAsync(Queries));
        (await Cached.ByStatusAsync()).Values.Max().ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task What_is_done_to_contacts_is_seen_at_once()
    {
        await GivenContactsAsync();
        await SeenAsync(OptOutAsync);
        await SeenAsync(async () =>
        {
            using var files = new TemporaryFolder();
            await database.Get<ExtractContactsHandler>().HandleAsync(new(new(SelectionKind.Lada, "55"), 1, ExtractionFormat.Txt, files.PathOf("one.txt"), Seed: 1, "ana"));
            await database.CatchUpAsync();
        });
        await SeenAsync(async () =>
        {
            await database.GivenVerifiedAsync(2, firstNational: 2220000000, stateCode: "PUE", city: "Puebla");
            await database.CatchUpAsync();
        });
    }

    [Fact]
    public async Task A_ranking_is_seen_at_once_also_one_that_was_corrected_by_hand()
    {
        await GivenContactsAsync();
        var before = await Cached.PremiumAsync();

        await database.ExecuteAsync("update padron.mejores_ladas set icpth_2022 = 1 where lada = '55'");
        var corrected = await Cached.PremiumAsync();
        await database.ExecuteAsync("delete from padron.mejores_ladas where lada = '33'");
        var shorter = await Cached.PremiumAsync();
        await database.Get<PremiumMunicipalities>().ReplaceAsync([new(1, "Puebla", "Puebla", "222", 1)]);

        before.Select(lada => lada.Lada).ShouldBe(["55", "33"]);
        corrected.Select(lada => lada.Lada).ShouldBe(["33", "55"]);
        shorter.Select(lada => lada.Lada).ShouldBe(["55"]);
        (await Cached.PremiumAsync()).Select(lada => lada.Lada).ShouldBe(["222"]);
    }

    [Fact]
    public async Task An_initial_load_its_rollback_and_a_rebuild_are_seen_at_once_though_no_page_is_folded()
    {
        await database.LoadPlanAsync(sample.Plan);
        (await Cached.ByStatusAsync()).ShouldBeEmpty();

        var import = await database.ImportAsync(sample.Database);
        (await AnswersAsync(Cached)).ShouldBe(await AnswersAsync(Queries));
        (await Cached.ByStatusAsync()).ShouldNotBeEmpty();

        await database.ExecuteAsync("update read.contact_counts set contacts = contacts + 1");
        await database.Rebuild.RunAsync(ContactsProjection.Definition);
        (await AnswersAsync(Cached)).ShouldBe(await AnswersAsync(Queries));

        await database.Get<RollbackImportHandler>().HandleAsync(new(import.ImportId, "ana"));
        (await Cached.ByStatusAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_another_process_wrote_is_read_as_it_was_computed()
    {
        await GivenContactsAsync();
        var shelf = new Shelf();
        using var writer = new AnswerCache(TimeProvider.System, shelf);
        using var reader = new AnswerCache(TimeProvider.System, shelf);

        var written = await AnswersAsync(Over(writer));
        var read = await AnswersAsync(Over(reader));

        read.ShouldBe(written);
        read.ShouldBe(await AnswersAsync(Queries));
        shelf.Found.ShouldBe(read.Length);
    }

    [Theory]
    [InlineData("\"total\":3", "\"sum\":3")]
    [InlineData("\"total\":3", "\"total\":3,\"new\":1")]
    [InlineData(",\"total\":3", "")]
    [InlineData("\"value\":\"CDMX\"", "\"value\":null")]
    public async Task An_answer_of_another_shape_is_none(string written, string instead)
    {
        await GivenContactsAsync();
        var shelf = new Shelf();
        using var writer = new AnswerCache(TimeProvider.System, shelf);
        using var reader = new AnswerCache(TimeProvider.System, shelf);
        await Over(writer).ByPlaceAsync(SelectionKind.State);
        shelf.Rewrite(text => text.Contains(written, StringComparison.Ordinal) ? text.Replace(written, instead, StringComparison.Ordinal) : throw new FormatException(text));

        (await Over(reader).ByPlaceAsync(SelectionKind.State)).ShouldBe(await Queries.ByPlaceAsync(SelectionKind.State));
    }

    [Fact]
    public async Task A_name_longer_than_any_place_is_answered_and_not_kept()
    {
        var shelf = new Shelf();
        using var cache = new AnswerCache(TimeProvider.System, shelf);

        (await Over(cache).ByPlaceAsync(SelectionKind.City, new string('a', 101))).ShouldBeEmpty();

        shelf.Keys.ShouldBeEmpty();
    }

    CachedAvailability Over(AnswerCache cache) => new(Queries, database.Get<AvailabilityVersion>(), cache, CacheTimes.Default);

    async Task GivenContactsAsync()
    {
        await database.GivenVerifiedAsync(3);
        await database.GivenVerifiedAsync(4, firstNational: 3310000000, stateCode: "JAL", city: "Guadalajara");
        await database.Get<PremiumMunicipalities>().ReplaceAsync([new(1, "Miguel Hidalgo", "Ciudad de México", "55", 90_000), new(2, "Zapopan", "Jalisco", "33", 80_000)]);
        await database.CatchUpAsync();
    }

    async Task OptOutAsync()
    {
        var phone = Domain.Numbering.PhoneNumber.Mexican(5510000000);
        await database.Contacts.ExecuteAsync(phone, new OptOutContact(phone, OptOutMethod.Api, "ALTO", "ana", DateTimeOffset.UnixEpoch), ContactDecider.Decide, EventMetadata.None);
        await database.CatchUpAsync();
    }

    async Task SeenAsync(Func<Task> change)
    {
        var before = await AnswersAsync(Cached);
        await change();
        var after = await AnswersAsync(Cached);
        after.ShouldBe(await AnswersAsync(Queries));
        after.ShouldNotBe(before);
    }

    static async Task<string[]> AnswersAsync(CachedAvailability cached, bool premium = true) =>
        await AnswersAsync(() => cached.ByStatusAsync(), (kind, value) => cached.ByPlaceAsync(kind, value), premium ? () => cached.PremiumAsync() : null);

    static Task<string[]> AnswersAsync(AvailabilityQueries queries) =>
        AnswersAsync(() => queries.ByStatusAsync(), (kind, value) => queries.ByPlaceAsync(kind, value), () => queries.PremiumAsync());

    // Every answer there is, as text; premium last.
    static async Task<string[]> AnswersAsync(
        Func<Task<IReadOnlyDictionary<string, long>>> byStatus,
        Func<SelectionKind, string?, Task<IReadOnlyList<PlaceAvailability>>> byPlace,
        Func<Task<IReadOnlyList<PremiumAvailability>>>? premium)
    {
        List<string> answers = [JsonSerializer.Serialize(await byStatus())];
        foreach (var kind in Places)
        {
            answers.Add(JsonSerializer.Serialize(await byPlace(kind, null)));
            answers.Add(JsonSerializer.Serialize(await byPlace(kind, kind is SelectionKind.Lada ? "33" : "guadalajara")));
        }

        if (premium is not null)
            answers.Add(JsonSerializer.Serialize(await premium()));
        return [.. answers];
    }

    /// <summary>What two processes share, without a process between them.</summary>
    sealed class Shelf : ISharedCache
    {
        readonly ConcurrentDictionary<string, byte[]> values = new();
        int found;

        public int Found => found;

        public IEnumerable<string> Keys => values.Keys;

        public void Rewrite(Func<string, string> rewrite)
        {
            foreach (var (key, value) in values)
                values[key] = Encoding.UTF8.GetBytes(rewrite(Encoding.UTF8.GetString(value)));
        }

        public Task<byte[]?> ReadAsync(string key, CancellationToken ct = default)
        {
            if (values.TryGetValue(key, out var value))
                Interlocked.Increment(ref found);
            return Task.FromResult(value);
        }

        public Task WriteAsync(string key, byte[] value, TimeSpan timeToLive, CancellationToken ct = default)
        {
            values[key] = value;
            return Task.CompletedTask;
        }

        public Task PingAsync(CancellationToken ct = default) => Task.CompletedTask;
    }

    sealed class TemporaryFolder : IDisposable
    {
        readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("padron-cached-");

        public string PathOf(string name) => Path.Combine(folder.FullName, name);

        public void Dispose() => folder.Delete(recursive: true);
    }
}
