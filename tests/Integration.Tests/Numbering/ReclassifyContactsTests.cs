using JasperFx.Events;
using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Projections;
using Padron.MartenExtensions;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Numbering;

/// <summary>What a new plan makes of contacts that an older one classified.</summary>
public sealed class ReclassifyContactsTests : IAsyncLifetime
{
    const string Version = "pnn-next";

    static readonly ManualClock Clock = new();

    readonly PadronDatabase database = new();

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(2, 7)]
    [InlineData(3, 1)]
    public async Task Random_lives_get_the_facts_that_the_decider_decides_on_and_no_others(int seed, int batchSize)
    {
        var lives = new RandomLives(database, seed);
        await lives.AppendDecidedAsync(contacts: 300, events: 1_200, () => Task.CompletedTask);
        await lives.AppendAnyAsync(contacts: 200, events: 800, () => Task.CompletedTask);
        var plan = RandomPlan(seed);
        await LoadAsync(plan);
        var histories = await HistoriesAsync();

        var done = await Handler(batchSize).HandleAsync("ana");

        var facts = 0;
        foreach (var (id, history) in await HistoriesAsync())
        {
            var before = histories[id];
            var expected = Decide(plan, before);
            history.Skip(before.Count).Select(stored => stored.Data).ShouldBe(expected);
            history.Skip(before.Count).ShouldAllBe(stored => stored.UserName == "ana");
            facts += expected.Length;
        }

        facts.ShouldBeGreaterThan(20);
        done.Contacts.ToMobile.ShouldBePositive();
        done.Contacts.ToFixed.ShouldBePositive();
        (done.PlanVersion, done.Contacts.Total, done.Left).ShouldBe((Version, facts, 0));
        (await Handler(batchSize).HandleAsync("ana")).ShouldBe(new(Version, LineChangeCount.None, Left: 0));
    }

    [Fact]
    public async Task What_a_preview_tells_is_what_happens()
    {
        await new RandomLives(database, 4).AppendDecidedAsync(contacts: 200, events: 600, () => Task.CompletedTask);
        await LoadAsync(RandomPlan(4));
        await database.CatchUpAsync();
        var told = new List<ReclassificationProgress>();

        var preview = await Handler(7).PreviewAsync(new Imports.Told<ReclassificationProgress>(told.Add)).ToListAsync();

        preview.Count.ShouldBeGreaterThan(10);
        preview.Select(change => change.Phone).ShouldBe(preview.Select(change => change.Phone).Order());
        told[^1].Blocks.ShouldBe(told[^1].OfBlocks);
        (await Handler(7).HandleAsync("ana")).Contacts.ShouldBe(LineChangeCount.None.Plus(preview));
        await database.CatchUpAsync();
        var lines = await database.RowsAsync("select phone, line_type as line from read.contact_states");
        preview.Select(change => $$"""{"phone":{{change.Phone.Digits}},"line":"{{change.Block.Line.ToString().ToUpperInvariant()}}"}""").ShouldBeSubsetOf(lines);
    }

    [Fact]
    public async Task A_contact_that_the_read_model_is_behind_of_is_left_to_the_next_run()
    {
        var phones = await database.GivenVerifiedAsync(20);
        await database.CatchUpAsync();
        await database.Contacts.ExecuteAsync(phones[3], new OptOutContact(phones[3], OptOutMethod.Api, null, null, Clock.Now), ContactDecider.Decide, EventMetadata.None);
        await database.Contacts.ExecuteAsync(phones[4], new VerifyContact(VerificationMethod.Manual, null, null, Clock.Now), ContactDecider.Decide, EventMetadata.None);
        await LoadAsync(Landlines(phones));

        await using (var otherProcess = await Hold.WriterOfAsync(database, ContactsProjection.Definition))
            (await Handler(7, patience: TimeSpan.Zero).HandleAsync("ana")).ShouldBe(new(Version, new(ToMobile: 0, ToFixed: 18), Left: 2));

        (await Handler(7).HandleAsync("ana")).ShouldBe(new(Version, new(ToMobile: 0, ToFixed: 1), Left: 0));
        await database.CatchUpAsync();
        (await database.RowsAsync("select status, count(*) as contacts from read.contacts group by status")).ShouldBe(
        [
            """{"status":"NOT_MOBILE","contacts":18}""", """{"status":"OPTED_OUT","contacts":1}""", """{"status":"VERIFIED","contacts":1}""",
        ]);
    }

    [Fact]
    public async Task One_that_was_stopped_goes_on_with_what_is_left()
    {
        var phones = await database.GivenVerifiedAsync(20);
        await LoadAsync(Landlines(phones));
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => Handler(6, new Asked(2, stop.Cancel)).HandleAsync("ana", ct: stop.Token));

        (await Handler(6).HandleAsync("ana")).ShouldBe(new(Version, new(ToMobile: 0, ToFixed: 14), Left: 0));
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_not_mobile'")).ShouldBe(20);
    }

    [Fact]
    public async Task One_whose_plan_is_replaced_ends_and_says_so()
    {
        var phones = await database.GivenVerifiedAsync(20);
        await LoadAsync(Landlines(phones));
        var replacing = new Asked(1, () =>
        {
            using var replace = database.DataSource.CreateCommand("update padron.numbering_plan set version = 'pnn-other'");
            replace.ExecuteNonQuery();
        });

        (await Should.ThrowAsync<RuleViolationException>(() => Handler(6, replacing).HandleAsync("ana"))).Code.ShouldBe("numbering_plan_replaced");

        (await Handler(6).HandleAsync("ana")).ShouldBe(new("pnn-other", new(ToMobile: 0, ToFixed: 14), Left: 0));
        (await database.RowsAsync("select data->>'evidence' as plan, count(*) as contacts from events.mt_events where type = 'contact_not_mobile' group by 1"))
            .ShouldBe(["""{"plan":"pnn-next","contacts":6}""", """{"plan":"pnn-other","contacts":14}"""]);
    }

    [Fact]
    public async Task Without_a_plan_there_is_nothing_to_follow() =>
        (await Should.ThrowAsync<RuleViolationException>(() => Handler(10).HandleAsync("ana"))).Code.ShouldBe("numbering_plan_missing");

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    ReclassifyContactsHandler Handler(int batchSize, TimeProvider? clock = null, TimeSpan? patience = null) =>
        new(database.Store, database.Get<NumberingPlanStore>(), database.CatchUp, clock ?? Clock) { BatchSize = batchSize, Patience = patience ?? TimeSpan.FromSeconds(30) };

    Task LoadAsync(NumberingPlan plan, string version = Version) =>
        database.Get<NumberingPlanStore>().ReplaceAsync(plan, new(version, "next.csv", plan.Count, Clock.Now));

    async Task<Dictionary<Guid, List<IEvent>>> HistoriesAsync() =>
        (await database.Store.ReadAllAsync(0, long.MaxValue).ToListAsync()).GroupBy(stored => stored.StreamId).ToDictionary(stream => stream.Key, stream => stream.ToList());

    static ContactEvent[] Decide(NumberingPlan plan, IReadOnlyList<IEvent> history)
    {
        var contact = history.Select(stored => stored.Data).Aggregate(Contact.Stranger, ContactDecider.Evolve);
        var phone = history.Select(stored => stored.Data switch
        {
            ContactImported imported => imported.Phone,
            ContactRegistered registered => registered.Phone,
            _ => (PhoneNumber?)null,
        }).FirstOrDefault(phone => phone is not null);
        return ContactDecider.Decide(new ReclassifyContact(phone is { } known ? plan.Find(known) : null, Version, Clock.Now), contact);
    }

    /// <summary>Over the numbers of <see cref="RandomLives"/>: blocks of up to thirty, with gaps between them.</summary>
    static NumberingPlan RandomPlan(int seed)
    {
        var random = new Random(seed);
        return NumberingPlan.From(Enumerable.Range(0, 200).Select(_ =>
        {
            long lada = random.GetItems<long>([5500000000, 3300000000, 9990000000, 2220000000], 1)[0];
            var first = lada + random.GetItems([10_000, 20_000], 1)[0] + random.Next(300);
            return new NumberingBlock(first, first + random.Next(30), random.GetItems(Enum.GetValues<LineType>(), 1)[0], random.GetItems(["TELCEL", "MOVISTAR \"MX\""], 1)[0]);
        }));
    }

    static NumberingPlan Landlines(IReadOnlyList<PhoneNumber> phones) =>
        NumberingPlan.From([new(phones[0].MexicanNational, phones[^1].MexicanNational, LineType.Fixed, "TELMEX")]);

    /// <summary>A clock that does something the so-manieth time it is asked: once for each batch.</summary>
    sealed class Asked(int time, Action action) : TimeProvider
    {
        int times;

        public override DateTimeOffset GetUtcNow()
        {
            if (++times == time)
                action();
            return Clock.Now;
        }
    }
}
