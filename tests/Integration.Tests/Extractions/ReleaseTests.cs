using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.Projections;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.Extractions;

/// <summary>Extractions that come to nothing give back what they claimed, and nothing else.</summary>
public sealed class ReleaseTests : IAsyncLifetime, IDisposable
{
    static readonly DateTimeOffset At = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly Selection Cdmx = new(SelectionKind.State, StateCode: "CDMX");

    readonly PadronDatabase database = new();
    readonly string directory = Directory.CreateTempSubdirectory("padron-releases-").FullName;

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_cancelled_extraction_gives_its_contacts_back_and_another_hands_them_out()
    {
        var phones = await GivenVerifiedAsync(60);
        var id = await ClaimedAsync(60);
        await database.CatchUpAsync();
        (await AvailableAsync()).ShouldBe(0);

        (await CancelAsync(id)).ShouldBe(new CancelledExtraction(id, Changed: true, ExtractionStatus.Cancelled, Released: 60));

        await database.CatchUpAsync();
        (await AvailableAsync()).ShouldBe(60);
        (await database.Get<ExtractionQueries>().GetAsync(id)).ShouldNotBeNull().Status.ShouldBe("CANCELLED");
        (await ManifestAsync(id)).ShouldBe((60, 60));
        var path = Path.Combine(directory, "next.txt");
        await database.Get<ExtractContactsHandler>().HandleAsync(new(Cdmx, 60, ExtractionFormat.Txt, path, Seed: null, "ana"));
        (await File.ReadAllLinesAsync(path)).ShouldBe(phones.Select(phone => phone.ToString()[1..]), ignoreOrder: true);
    }

    [Fact]
    public async Task Who_opted_out_meanwhile_is_given_back_and_stays_opted_out()
    {
        var phones = await GivenVerifiedAsync(10);
        var id = await ClaimedAsync(10);
        await OptOutAsync(phones[3]);

        (await CancelAsync(id)).Released.ShouldBe(10);

        await database.CatchUpAsync();
        (await AvailableAsync()).ShouldBe(9);
        var contact = await database.Contacts.LoadAsync(phones[3]);
        (contact.Status, contact.ExtractionId).ShouldBe((ContactStatus.OptedOut, null));
    }

    [Fact]
    public async Task A_cancellation_that_was_stopped_is_finished_by_another_and_repeated_changes_nothing()
    {
        await GivenVerifiedAsync(50);
        var id = await ClaimedAsync(50);
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            Canceller(batchSize: 20).HandleAsync(id, "ana", new Told<ReleaseProgress>(_ => stop.Cancel()), stop.Token));
        (await ManifestAsync(id)).ShouldBe((20, 50));

        (await CancelAsync(id)).ShouldBe(new CancelledExtraction(id, Changed: false, ExtractionStatus.Cancelled, Released: 50));
        (await CancelAsync(id)).ShouldBe(new CancelledExtraction(id, Changed: false, ExtractionStatus.Cancelled, Released: 50));
        (await CountAsync("contact_released"), await CountAsync("extraction_cancelled")).ShouldBe((50, 1));
    }

    [Fact]
    public async Task Once_its_delivery_began_an_extraction_is_not_cancelled()
    {
        await GivenVerifiedAsync(5);
        var path = Path.Combine(directory, "delivered.txt");
        var delivered = await database.Get<ExtractContactsHandler>().HandleAsync(new(Cdmx, 5, ExtractionFormat.Txt, path, Seed: null, "ana"));

        (await Should.ThrowAsync<RuleViolationException>(() => CancelAsync(delivered.ExtractionId))).Code.ShouldBe("delivery_started");
        (await Should.ThrowAsync<RuleViolationException>(() => CancelAsync(Guid.CreateVersion7()))).Code.ShouldBe("extraction_unknown");
        (await CountAsync("contact_released")).ShouldBe(0);
    }

    [Fact]
    public async Task A_cancellation_during_a_claim_waits_for_the_batch_that_runs_and_for_no_other()
    {
        await GivenVerifiedAsync(300);
        var id = await RequestedAsync(300);
        var request = (ExtractionRequested)(await database.Store.ReadStreamAsync(id))[0].Data;
        var claim = new Claim(database.Store, database.Get<DurableQueue>(), database.Get<AvailabilityQueries>(), new ManualClock()) { LargestBatch = 50 };
        Task<int> claiming;
        Task<CancelledExtraction> cancelling;
        await using (var hold = await Hold.BeforeClaimAsync(database, id, ordinal: 11))
        {
            claiming = claim.RunAsync(id, request, EventMetadata.None);
            await hold.WaitedForAsync(database, "padron.extraction_contacts"); // in its second batch, of twenty
            cancelling = CancelAsync(id);
            await Eventually.TrueAsync(async () => await database.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 2);
        }

        (await claiming).ShouldBe(30);
        (await cancelling).ShouldBe(new CancelledExtraction(id, Changed: true, ExtractionStatus.Cancelled, Released: 30));
        (await ManifestAsync(id)).ShouldBe((30, 30));
        await database.CatchUpAsync();
        (await AvailableAsync()).ShouldBe(300);
    }

    [Fact]
    public async Task A_process_that_still_claims_for_a_cancelled_extraction_gets_no_more_contacts_and_no_file()
    {
        await GivenVerifiedAsync(10);
        var id = await RequestedAsync(10);
        var request = (ExtractionRequested)(await database.Store.ReadStreamAsync(id))[0].Data;
        await CancelAsync(id);

        (await database.Get<Claim>().RunAsync(id, request, EventMetadata.None)).ShouldBe(0);
        var path = Path.Combine(directory, "cancelled.txt");
        (await Should.ThrowAsync<RuleViolationException>(() => database.Get<ExtractContactsHandler>().ResumeAsync(id, path, "ana"))).Code.ShouldBe("extraction_cancelled");

        (await CountAsync("contact_extracted")).ShouldBe(0);
        File.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public async Task Where_the_exact_amount_is_wanted_fewer_are_given_back()
    {
        var phones = await GivenVerifiedAsync(10);
        foreach (var phone in phones.Take(4))
            await OptOutAsync(phone); // the read model has not heard of it
        var command = new ExtractContacts(Cdmx, 8, ExtractionFormat.Txt, Path.Combine(directory, "exact.txt"), Seed: null, "ana", Exact: true);

        var refused = await Should.ThrowAsync<RuleViolationException>(() => database.Get<ExtractContactsHandler>().HandleAsync(command));

        (refused.Code, refused.Message).ShouldBe(("too_few_obtained",
            "Only 6 of 8 contacts were left, and no fewer were wanted. What was claimed was given back: ask for fewer, or leave out --exact."));
        File.Exists(command.Path).ShouldBeFalse();
        await database.CatchUpAsync();
        (await AvailableAsync()).ShouldBe(6);
        var extraction = (await database.Get<ExtractionQueries>().ListAsync()).ShouldHaveSingleItem();
        (extraction.Status, extraction.Reason).ShouldBe(("FAILED", "Only 6 of 8 contacts were left, and no fewer were wanted."));
        (await database.Get<ExtractContactsHandler>().HandleAsync(command with { Amount = 6 })).Obtained.ShouldBe(6);
    }

    [Fact]
    public async Task What_a_failure_left_behind_when_it_was_killed_is_given_back_by_cancelling()
    {
        await GivenVerifiedAsync(5);
        var id = await ClaimingAsync(5);
        (await database.Store.AppendAsync(id, 1, [new ExtractionFailed("Too few.", At)], EventMetadata.None)).ShouldBeOfType<AppendResult.Appended>();

        (await CancelAsync(id)).ShouldBe(new CancelledExtraction(id, Changed: false, ExtractionStatus.Failed, Released: 5));

        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_released' and data->>'reason' = 'extraction_failed'")).ShouldBe(5);
    }

    [Fact]
    public async Task A_contact_that_changes_while_it_is_given_back_is_read_again()
    {
        var phones = await GivenVerifiedAsync(5);
        var id = await ClaimedAsync(5);
        var (appended, commit) = (new TaskCompletionSource(), new TaskCompletionSource());
        var optOut = database.Store.TransactAsync(async (session, ct) =>
        {
            var result = await session.AppendAsync(new(PadronDatabase.Key.IdOf(phones[2]), 3, [new ContactOptedOut(null, OptOutMethod.Api, null, null, At)]), ct);
            appended.TrySetResult();
            await commit.Task;
            return result;
        });
        await appended.Task;

        var cancelling = CancelAsync(id);
        await Eventually.TrueAsync(async () => await database.ScalarAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"));
        commit.SetResult();

        (await optOut).ShouldBeOfType<AppendResult.Appended>();
        (await cancelling).Released.ShouldBe(5);
        var contact = await database.Contacts.LoadAsync(phones[2]);
        (contact.Status, contact.ExtractionId).ShouldBe((ContactStatus.OptedOut, null));
        (await CountAsync("contact_released")).ShouldBe(5);
    }

    [Theory]
    [InlineData(11, 5_000)]
    [InlineData(12, 7)]
    public async Task Whatever_their_histories_contacts_are_given_back_as_the_decider_decides_for_each(int seed, int batchSize)
    {
        var lives = new RandomLives(database, seed);
        await lives.AppendDecidedAsync(contacts: 150, events: 700, () => Task.CompletedTask);
        await lives.AppendAnyAsync(contacts: 100, events: 600, () => Task.CompletedTask);
        var id = RandomLives.Extractions[0];
        await database.ExecuteAsync(
            "insert into padron.extraction_contacts (extraction_id, ordinal, contact_id) select $1, row_number() over (order by id), id from events.mt_streams", id);
        await RequestAsync(id, 1);
        var before = await LivesAsync();
        var clock = new ManualClock();
        var command = new ReleaseContact(id, ReleaseReason.ExtractionCancelled, clock.GetUtcNow());
        var expected = before.ToDictionary(life => life.Key, life => ContactDecider.Decide(command, life.Value.Contact));
        expected.Values.Count(events => events.Length > 0).ShouldBeInRange(5, before.Count - 5);

        await new Release(database.Store, clock) { BatchSize = batchSize }.RunAsync(id, command.Reason, EventMetadata.None);

        foreach (var (contact, life) in await LivesAsync())
            life.Events.Skip(before[contact].Events.Count).ShouldBe(expected[contact]);
        (await ManifestAsync(id)).ShouldBe((before.Count, before.Count));
    }

    async Task<IReadOnlyList<PhoneNumber>> GivenVerifiedAsync(int count)
    {
        var phones = await database.GivenVerifiedAsync(count);
        await database.CatchUpAsync();
        return phones;
    }

    Task RequestAsync(Guid id, int amount) =>
        database.Store.AppendAsync(id, 0, [new ExtractionRequested(Cdmx, amount, ExtractionFormat.Txt, null, "ana", At)], EventMetadata.None);

    async Task<Guid> RequestedAsync(int amount)
    {
        var id = Guid.CreateVersion7();
        await RequestAsync(id, amount);
        return id;
    }

    // Killed before the claim could be recorded.
    async Task<Guid> ClaimingAsync(int amount)
    {
        var id = await RequestedAsync(amount);
        var request = (ExtractionRequested)(await database.Store.ReadStreamAsync(id))[0].Data;
        (await database.Get<Claim>().RunAsync(id, request, EventMetadata.None)).ShouldBe(amount);
        return id;
    }

    // Killed before its delivery.
    async Task<Guid> ClaimedAsync(int amount)
    {
        var id = await ClaimingAsync(amount);
        (await database.Store.AppendAsync(id, 1, [new ExtractionClaimed(amount, At)], EventMetadata.None)).ShouldBeOfType<AppendResult.Appended>();
        return id;
    }

    CancelExtractionHandler Canceller(int batchSize) =>
        new(database.Store, database.Get<Streams>(), new Release(database.Store, TimeProvider.System) { BatchSize = batchSize }, database.Get<ProgressBoard>(), TimeProvider.System);

    Task<CancelledExtraction> CancelAsync(Guid id) => database.Get<CancelExtractionHandler>().HandleAsync(id, "ana");

    Task OptOutAsync(PhoneNumber phone) => database.Contacts.ExecuteAsync(
        phone, new OptOutContact(phone, OptOutMethod.Api, Reason: null, By: null, At), ContactDecider.Decide, EventMetadata.None);

    Task<long> AvailableAsync() => database.Get<AvailabilityQueries>().CountAsync(Cdmx);

    Task<long> CountAsync(string type) => database.ScalarAsync<long>("select count(*) from events.mt_events where type = $1", type);

    async Task<(long Released, long All)> ManifestAsync(Guid id) => (
        await database.ScalarAsync<long>("select count(released_at) from padron.extraction_contacts where extraction_id = $1", id),
        await database.ScalarAsync<long>("select count(*) from padron.extraction_contacts where extraction_id = $1", id));

    async Task<IReadOnlyDictionary<Guid, (Contact Contact, IReadOnlyList<object> Events)>> LivesAsync()
    {
        var lives = new Dictionary<Guid, List<object>>();
        await foreach (var stored in database.Store.ReadAllAsync(0, long.MaxValue))
        {
            if (stored.Data is ContactEvent)
                lives[stored.StreamId] = [.. lives.GetValueOrDefault(stored.StreamId, []), stored.Data];
        }

        return lives.ToDictionary(
            life => life.Key, life => (life.Value.Aggregate(Contact.Stranger, ContactDecider.Evolve), (IReadOnlyList<object>)life.Value));
    }
}
