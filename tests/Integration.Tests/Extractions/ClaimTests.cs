using Npgsql;
using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.Extractions;

public sealed class ClaimTests : IAsyncLifetime, IDisposable
{
    static readonly DateTimeOffset At = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);

    readonly PadronDatabase database = new();
    readonly string directory = Directory.CreateTempSubdirectory("padron-claims-").FullName;

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task An_extraction_hands_out_what_was_asked_for_and_the_next_one_hands_out_others()
    {
        await database.GivenVerifiedAsync(300);
        await database.CatchUpAsync();

        var first = await ExtractAsync(Cdmx, 100);
        var second = await ExtractAsync(Cdmx, 100);

        first.Numbers.Count.ShouldBe(100);
        second.Numbers.Count.ShouldBe(100);
        first.Numbers.Intersect(second.Numbers).ShouldBeEmpty();
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted'")).ShouldBe(200);
        await database.CatchUpAsync();
        (await database.Get<AvailabilityQueries>().CountAsync(Cdmx)).ShouldBe(100);
    }

    [Fact]
    public async Task Too_few_contacts_are_refused_with_what_there_is_and_nothing_is_claimed()
    {
        await database.GivenVerifiedAsync(5);
        await database.CatchUpAsync();

        var refused = await Should.ThrowAsync<RuleViolationException>(() => ExtractAsync(Cdmx, 6));

        refused.Code.ShouldBe("too_few_contacts");
        refused.Message.ShouldContain("Only 5 contacts");
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type like 'extraction%' or type = 'contact_extracted'")).ShouldBe(0);
    }

    [Fact]
    public async Task What_a_stale_read_model_still_shows_is_replaced_by_others()
    {
        var phones = await database.GivenVerifiedAsync(50);
        await database.CatchUpAsync();
        foreach (var phone in phones.Take(20))
            await OptOutAsync(phone);

        // The read model has not heard of the opt-outs: it still shows 50.
        var result = await ExtractAsync(Cdmx, 40);

        result.Result.Obtained.ShouldBe(30);
        result.Numbers.ShouldBe(phones.Skip(20).Select(Text), ignoreOrder: true);
    }

    [Fact]
    public async Task A_pool_that_others_drained_meanwhile_fails_the_extraction_and_says_so()
    {
        var phones = await database.GivenVerifiedAsync(3);
        await database.CatchUpAsync();
        foreach (var phone in phones)
            await OptOutAsync(phone);

        (await Should.ThrowAsync<RuleViolationException>(() => ExtractAsync(Cdmx, 2))).Code.ShouldBe("none_obtained");

        await database.CatchUpAsync();
        (await database.Get<ExtractionQueries>().ListAsync()).Single().Status.ShouldBe("FAILED");
    }

    [Fact]
    public async Task A_contact_that_another_transaction_holds_is_skipped_and_not_waited_for()
    {
        var phones = await database.GivenVerifiedAsync(10);
        await database.CatchUpAsync();
        await using var connection = await database.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select id from events.mt_streams where id = $1 for update", connection) { Parameters = { new() { Value = PadronDatabase.Key.IdOf(phones[0]) } } })
            await hold.ExecuteNonQueryAsync();

        var result = await ExtractAsync(Cdmx, 9);

        result.Numbers.ShouldBe(phones.Skip(1).Select(Text), ignoreOrder: true);
    }

    [Fact]
    public async Task The_same_seed_chooses_the_same_contacts_and_another_seed_others()
    {
        await database.GivenVerifiedAsync(500);
        await database.CatchUpAsync();
        var walks = new[] { 7L, 7L, 8L }.Select(seed => new PoolWalk(database.DataSource, Pool.Of(Cdmx), PoolWalk.StartOf(seed, "CDMX")));

        var choices = await Task.WhenAll(walks.Select(walk => walk.NextAsync(20, CancellationToken.None)));

        choices[1].ShouldBe(choices[0]);
        choices[2].ShouldNotBe(choices[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task A_walk_comes_round_once_and_meets_every_contact_once(int stretch)
    {
        var phones = await database.GivenVerifiedAsync(60);
        await database.CatchUpAsync();
        var walk = new PoolWalk(database.DataSource, Pool.Of(Cdmx), PoolWalk.StartOf(seed: null, "CDMX"));
        var met = new List<Guid>();
        while (await walk.NextAsync(stretch, CancellationToken.None) is { Count: > 0 } candidates)
            met.AddRange(candidates.Select(candidate => candidate.Id));

        walk.IsExhausted.ShouldBeTrue();
        met.ShouldBe(phones.Select(PadronDatabase.Key.IdOf), ignoreOrder: true);
    }

    [Theory]
    [InlineData(0, new[] { 20, 40, 80, 100, 100, 60 })] // the amount is met
    [InlineData(300, new[] { 20, 20, 20, 20 })]
    [InlineData(3_000, new[] { 20, 10, 5, 2, 1, 1 })]
    public async Task Batches_are_as_large_as_takes_the_database_a_second_at_most(int milliseconds, int[] sizes)
    {
        await database.GivenVerifiedAsync(400);
        await database.CatchUpAsync();
        var (id, request) = await RequestAsync(Cdmx, 400);
        var claimed = new List<int> { 0 };
        using var stop = new CancellationTokenSource();

        var running = Claim(new ManualClock(perTimestamp: TimeSpan.FromMilliseconds(milliseconds)), largestBatch: 100).RunAsync(
            id, request, EventMetadata.None,
            now =>
            {
                claimed.Add(now);
                return claimed.Count > sizes.Length ? stop.CancelAsync() : Task.CompletedTask;
            },
            stop.Token);
        await running.ContinueWith(_ => { }, TaskScheduler.Default);

        claimed.Zip(claimed.Skip(1), (before, after) => after - before).ShouldBe(sizes);
    }

    [Fact]
    public async Task What_another_process_claimed_for_the_same_extraction_at_the_last_moment_counts()
    {
        await database.GivenVerifiedAsync(10);
        await database.CatchUpAsync();
        var (id, request) = await RequestAsync(Cdmx, 12);
        (await database.Get<Claim>().RunAsync(id, request, EventMetadata.None)).ShouldBe(10);
        await database.ExecuteAsync("insert into padron.extraction_contacts (extraction_id, ordinal, contact_id) values ($1, 11, gen_random_uuid())", id);

        await database.Get<Claim>().FinishAsync(id, request, EventMetadata.None);
        await database.Get<Claim>().FinishAsync(id, request, EventMetadata.None); // the other process ends it as well

        (await database.Store.ReadStreamAsync(id)).Select(stored => stored.Data).OfType<ExtractionClaimed>().ShouldHaveSingleItem().Obtained.ShouldBe(11);
    }

    [Fact]
    public async Task A_claim_that_stopped_goes_on_after_what_its_manifest_holds()
    {
        await database.GivenVerifiedAsync(12_000);
        await database.CatchUpAsync();
        using var stop = new CancellationTokenSource();
        var path = Path.Combine(directory, "stopped.txt");
        var command = new ExtractContacts(Cdmx, 11_000, ExtractionFormat.Txt, path, Seed: null, "test");

        await Should.ThrowAsync<OperationCanceledException>(() =>
            database.Get<ExtractContactsHandler>().HandleAsync(command, new Stopping(stop), stop.Token));
        var id = await database.ScalarAsync<Guid>("select distinct extraction_id from padron.extraction_contacts");
        var resumed = await database.Get<ExtractContactsHandler>().ResumeAsync(id, path, "test");

        resumed.Obtained.ShouldBe(11_000);
        (await File.ReadAllLinesAsync(path)).Distinct().Count().ShouldBe(11_000);
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted'")).ShouldBe(11_000);
    }

    [Fact]
    public async Task Two_processes_that_resume_the_same_extraction_at_once_hand_out_the_same_contacts()
    {
        await database.GivenVerifiedAsync(600);
        await database.CatchUpAsync();
        var id = Guid.CreateVersion7();
        await database.Store.AppendAsync(id, 0, [new ExtractionRequested(Cdmx, 300, ExtractionFormat.Txt, null, "test", At)], EventMetadata.None);
        string[] paths = [Path.Combine(directory, "one.txt"), Path.Combine(directory, "two.txt")];

        var results = await Task.WhenAll(paths.Select(path => database.Get<ExtractContactsHandler>().ResumeAsync(id, path, "test")));

        results.ShouldAllBe(result => result.Obtained == 300);
        (await File.ReadAllLinesAsync(paths[0])).ShouldBe(await File.ReadAllLinesAsync(paths[1]));
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted'")).ShouldBe(300);
    }

    [Fact]
    public async Task A_delivered_extraction_can_be_written_again_with_the_same_contacts()
    {
        await database.GivenVerifiedAsync(30);
        await database.CatchUpAsync();
        var first = await ExtractAsync(Cdmx, 10);
        var again = Path.Combine(directory, "again.txt");

        var second = await database.Get<ExtractContactsHandler>().ResumeAsync(first.Result.ExtractionId, again, "test");

        (await File.ReadAllLinesAsync(again)).ShouldBe(first.Numbers);
        second.File.Sha256.ShouldBe(first.Result.File.Sha256);
    }

    [Theory]
    [InlineData("merida")]
    [InlineData("MÉRIDA")]
    [InlineData("  Mérida ")]
    public async Task A_city_is_found_whatever_its_accents_and_case(string typed)
    {
        await database.GivenVerifiedAsync(3, firstNational: 9991000000, stateCode: "YUC", city: "Mérida");
        await database.CatchUpAsync();

        var selection = await database.Get<SelectionResolver>().ResolveAsync(SelectionKind.City, typed, state: null);

        selection.ShouldBe(new Selection(SelectionKind.City, "MERIDA", "YUC"));
        (await database.Get<AvailabilityQueries>().CountAsync(selection)).ShouldBe(3);
    }

    [Fact]
    public async Task A_city_that_stands_in_two_states_asks_for_the_state()
    {
        await database.GivenVerifiedAsync(3, firstNational: 8110000000, stateCode: "NL", city: "Guadalupe");
        await database.GivenVerifiedAsync(2, firstNational: 4921000000, stateCode: "ZAC", city: "GUADALUPE");
        await database.CatchUpAsync();
        var resolver = database.Get<SelectionResolver>();

        (await Should.ThrowAsync<RuleViolationException>(() => resolver.ResolveAsync(SelectionKind.City, "Guadalupe", null))).Code.ShouldBe("place_ambiguous");
        (await database.Get<AvailabilityQueries>().CountAsync(await resolver.ResolveAsync(SelectionKind.City, "guadalupe", "Zacatecas"))).ShouldBe(2);
        (await database.Get<AvailabilityQueries>().CountAsync(await resolver.ResolveAsync(SelectionKind.Municipality, "guadalupe", "Nvo. León"))).ShouldBe(3);
    }

    static Selection Cdmx => new(SelectionKind.State, StateCode: "CDMX");

    static string Text(PhoneNumber phone) => phone.ToString()[1..];

    Claim Claim(TimeProvider clock, int largestBatch) => new(database.Store, database.Get<DurableQueue>(), database.Get<AvailabilityQueries>(), clock) { LargestBatch = largestBatch };

    async Task<(Guid Id, ExtractionRequested Request)> RequestAsync(Selection selection, int amount)
    {
        var (id, request) = (Guid.CreateVersion7(), new ExtractionRequested(selection, amount, ExtractionFormat.Txt, null, "test", At));
        await database.Store.AppendAsync(id, 0, [request], EventMetadata.None);
        return (id, request);
    }

    Task<long> ManifestAsync(Guid id) => database.ScalarAsync<long>("select count(*) from padron.extraction_contacts where extraction_id = $1", id);

    Task OptOutAsync(PhoneNumber phone) => database.Contacts.ExecuteAsync(
        phone, new OptOutContact(phone, OptOutMethod.Api, Reason: null, By: null, At), ContactDecider.Decide, EventMetadata.None);

    async Task<(ExtractionResult Result, IReadOnlyList<string> Numbers)> ExtractAsync(Selection selection, int amount)
    {
        var path = Path.Combine(directory, $"{Guid.NewGuid():N}.txt");
        var result = await database.Get<ExtractContactsHandler>().HandleAsync(new(selection, amount, ExtractionFormat.Txt, path, Seed: null, "test"));
        return (result, await File.ReadAllLinesAsync(path));
    }

    sealed class Stopping(CancellationTokenSource stop) : IProgress<int>
    {
        public void Report(int value) => stop.Cancel();
    }
}
