using Padron.Application.Extractions;
using Padron.Application.Segments;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Domain.Segments;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Segments;

public sealed class SegmentExtractionTests : IAsyncLifetime, IDisposable
{
    static readonly DateTimeOffset At = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly SegmentName Name = SegmentName.Parse("ciudades");

    readonly PadronDatabase database = new();
    readonly string directory = Directory.CreateTempSubdirectory("padron-segments-").FullName;

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task An_extraction_takes_its_verified_contacts_from_all_its_places_and_nobody_else()
    {
        var inIt = (await GivenTwoCitiesAsync(300)).ToArray();
        await database.GivenVerifiedAsync(300, firstNational: 5510000000);
        await database.CatchUpAsync();
        await DefineAsync(new() { Cities = ["Monterrey", "Guadalajara"] });
        await OptOutAsync(inIt[0]);
        await database.CatchUpAsync();

        var numbers = await ExtractAsync(400);
        await database.CatchUpAsync();
        var rest = await ExtractAsync(199);
        await database.CatchUpAsync();

        numbers.Concat(rest).ShouldBe(inIt.Skip(1).Select(Text), ignoreOrder: true);
        numbers.Count(number => number.StartsWith("5233", StringComparison.Ordinal)).ShouldBeInRange(100, 300);
        (await Should.ThrowAsync<RuleViolationException>(() => ExtractAsync(1))).Code.ShouldBe("too_few_contacts");
    }

    [Fact]
    public async Task The_same_seed_begins_at_the_same_place_and_the_walk_comes_round_once()
    {
        var phones = await GivenTwoCitiesAsync(50);
        await database.CatchUpAsync();
        var filter = await DefineAsync(new() { Cities = ["Monterrey", "Guadalajara"] });
        var segment = await SegmentWalk.OfAsync(database.DataSource, filter, ContactStatus.Verified, CancellationToken.None);

        var choices = new List<IReadOnlyList<Candidate>>();
        foreach (var seed in new[] { 7L, 7L, 8L })
            choices.Add(await new PoolWalk(segment.ReadAsync, PoolWalk.StartOf(seed, "segment ciudades")).NextAsync(20, CancellationToken.None));
        var walk = new PoolWalk(segment.ReadAsync, PoolWalk.StartOf(seed: null, "segment ciudades"));
        var met = new List<Guid>();
        while (await walk.NextAsync(7, CancellationToken.None) is { Count: > 0 } candidates)
            met.AddRange(candidates.Select(candidate => candidate.Id));

        choices[1].ShouldBe(choices[0]);
        choices[2].ShouldNotBe(choices[0]);
        met.ShouldBe(phones.Select(PadronDatabase.Key.IdOf), ignoreOrder: true);
    }

    [Fact]
    public async Task Two_extractions_and_people_who_opt_out_at_once_get_nobody_twice_and_nobody_who_was_out_before()
    {
        var phones = await GivenTwoCitiesAsync(400);
        await database.CatchUpAsync();
        await DefineAsync(new() { Ladas = ["33", "81"] });
        var before = phones.Where((_, i) => i % 10 == 0).ToArray();
        foreach (var phone in before)
            await OptOutAsync(phone); // the read model has not heard of it
        var meanwhile = phones.Where((_, i) => i % 10 == 5).ToArray();

        var extractions = Enumerable.Range(0, 2).Select(_ => ExtractAsync(300)).ToArray();
        var optOuts = Task.WhenAll(meanwhile.Chunk(20).Select(async chunk =>
        {
            foreach (var phone in chunk)
                await OptOutAsync(phone);
        }));
        var numbers = (await Task.WhenAll(extractions)).SelectMany(file => file).ToArray();
        await optOuts;

        numbers.Distinct().Count().ShouldBe(numbers.Length);
        numbers.Intersect(before.Select(Text)).ShouldBeEmpty();
        (await database.ScalarAsync<long>("select count(*) from (select stream_id from events.mt_events where type = 'contact_extracted' group by 1 having count(*) > 1) x")).ShouldBe(0);
        (await database.ScalarAsync<long>(
            """
            select count(*) from events.mt_events x join events.mt_events o using (stream_id)
             where x.type = 'contact_extracted' and o.type = 'contact_opted_out' and o.version < x.version
            """)).ShouldBe(0);
        numbers.Length.ShouldBeGreaterThanOrEqualTo(560);
    }

    [Fact]
    public async Task An_extraction_goes_on_with_the_filter_it_was_asked_for_with()
    {
        await GivenTwoCitiesAsync(100);
        await database.CatchUpAsync();
        await DefineAsync(new() { Ladas = ["33"] });
        var selection = await SelectAsync();
        var (id, request) = (Guid.CreateVersion7(), new ExtractionRequested(selection, 60, ExtractionFormat.Txt, Seed: 1, "ana", At));
        await database.Store.AppendAsync(id, 0, [request], EventMetadata.None);
        await database.Get<Claim>().RunAsync(id, request with { Amount = 20 }, EventMetadata.None);

        await database.Get<SegmentHandler>().ChangeAsync(Name, new() { Ladas = ["81"] }, "luis");
        var result = await database.Get<ExtractContactsHandler>().ResumeAsync(id, Path.Combine(directory, "resumed.txt"), "ana");

        result.Obtained.ShouldBe(60);
        (await File.ReadAllLinesAsync(result.File.Path)).ShouldAllBe(number => number.StartsWith("5233", StringComparison.Ordinal));
        (await database.ScalarAsync<string>("select data->'selection'->'filter'->'ladas'->>0 from events.mt_events where stream_id = $1 and version = 1", id)).ShouldBe("33");
    }

    [Fact]
    public async Task A_segment_of_others_than_verified_contacts_and_one_that_does_not_exist_are_refused()
    {
        await DefineAsync(new() { Statuses = [ContactStatus.OptedOut, ContactStatus.Extracted] });

        var refused = await Should.ThrowAsync<RuleViolationException>(SelectAsync);

        refused.Code.ShouldBe("segment_not_extractable");
        refused.Message.ShouldContain("Only verified contacts are handed out");
        await database.Get<SegmentHandler>().RemoveAsync(Name, "ana");
        (await Should.ThrowAsync<RuleViolationException>(SelectAsync)).Code.ShouldBe("segment_unknown");
    }

    async Task<IReadOnlyList<PhoneNumber>> GivenTwoCitiesAsync(int each) =>
    [
        .. await database.GivenVerifiedAsync(each, firstNational: 8110000000, stateCode: "NL", city: "Monterrey"),
        .. await database.GivenVerifiedAsync(each, firstNational: 3310000000, stateCode: "JAL", city: "Guadalajara"),
    ];

    async Task<SegmentFilter> DefineAsync(SegmentFilter filter) => (await database.Get<SegmentHandler>().DefineAsync(Name, filter, "ana")).State.Filter!;

    Task<Selection> SelectAsync() => database.Get<SelectionResolver>().ResolveAsync(SelectionKind.Segment, Name.Text, state: null);

    async Task<IReadOnlyList<string>> ExtractAsync(int amount)
    {
        var path = Path.Combine(directory, $"{Guid.NewGuid():N}.txt");
        await database.Get<ExtractContactsHandler>().HandleAsync(new(await SelectAsync(), amount, ExtractionFormat.Txt, path, Seed: null, "test"));
        return await File.ReadAllLinesAsync(path);
    }

    Task OptOutAsync(PhoneNumber phone) => database.Contacts.ExecuteAsync(
        phone, new OptOutContact(phone, OptOutMethod.Api, Reason: null, By: null, At), ContactDecider.Decide, EventMetadata.None);

    static string Text(PhoneNumber phone) => phone.ToString()[1..];
}
