using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.Extractions;

/// <summary>A claim from several pools at once: each LADA gives its share, whatever happens to its contacts meanwhile.</summary>
public sealed class PremiumClaimTests : IAsyncLifetime
{
    static readonly DateTimeOffset At = new(2026, 2, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly Selection Premium = new(SelectionKind.Premium);

    readonly PadronDatabase database = new();

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await database.ExecuteAsync("insert into padron.mejores_ladas (lada, icpth_2022) values ('55', 160000), ('55', 90000), ('81', 150000), ('33', 100000)");
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task It_takes_an_equal_share_of_each_LADA_and_spreads_what_one_lacks()
    {
        await GivenAsync(mexico: 100, monterrey: 5, guadalajara: 100);

        await ClaimAsync(60);

        await ShouldHoldAsync(mexico: 28, monterrey: 5, guadalajara: 27);
    }

    [Fact]
    public async Task The_shares_of_all_LADAs_are_claimed_in_one_transaction()
    {
        await GivenAsync(mexico: 100, monterrey: 100, guadalajara: 100);
        var told = new List<int>();

        await ClaimAsync(60, progress: told.Add);

        told.ShouldBe([60]);
        await ShouldHoldAsync(mexico: 20, monterrey: 20, guadalajara: 20);
    }

    [Fact]
    public async Task Who_opted_out_meanwhile_is_replaced_by_others_of_the_same_LADA_as_long_as_it_has_any()
    {
        var phones = await GivenAsync(mexico: 30, monterrey: 100, guadalajara: 100);
        await OptOutAsync(phones.Take(10)); // the read model shows them still, and all twenty others are asked for

        await ClaimAsync(60);

        await ShouldHoldAsync(mexico: 20, monterrey: 20, guadalajara: 20);
    }

    [Fact]
    public async Task What_a_LADA_turns_out_to_lack_is_spread_over_the_others_the_best_ranked_first()
    {
        var phones = await GivenAsync(mexico: 30, monterrey: 100, guadalajara: 100);
        await OptOutAsync(phones.Take(15));

        await ClaimAsync(60);

        await ShouldHoldAsync(mexico: 15, monterrey: 23, guadalajara: 22);
    }

    [Fact]
    public async Task When_all_LADAs_are_exhausted_it_ends_with_all_there_were()
    {
        var phones = await GivenAsync(mexico: 30, monterrey: 20, guadalajara: 20);
        await OptOutAsync(phones.Take(15));

        (await ClaimAsync(60)).ShouldBe(55);

        await ShouldHoldAsync(mexico: 15, monterrey: 20, guadalajara: 20);
    }

    [Theory]
    [InlineData(50, 10)] // of the first LADA alone
    [InlineData(200, 40)] // of all three
    public async Task One_that_stopped_between_batches_goes_on_with_the_shares_it_began_with(int largestBatch, int firstBatch)
    {
        await GivenAsync(mexico: 100, monterrey: 5, guadalajara: 100);
        var (id, request) = await RequestAsync(60);
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => Claim(largestBatch).RunAsync(id, request, EventMetadata.None, _ => stop.CancelAsync(), stop.Token));
        (await database.Get<Claim>().CountAsync(id)).ShouldBe(firstBatch);
        await database.CatchUpAsync(); // what is held counts as available no longer, and is part of its share all the same
        await Claim(largestBatch).RunAsync(id, request, EventMetadata.None);

        await ShouldHoldAsync(mexico: 28, monterrey: 5, guadalajara: 27);
    }

    [Fact]
    public async Task One_that_stopped_after_a_conflict_goes_on_with_the_shares_it_began_with()
    {
        var phones = await GivenAsync(mexico: 30, monterrey: 100, guadalajara: 100);
        await OptOutAsync(phones.Take(10));
        var (id, request) = await RequestAsync(60);
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => Claim(largestBatch: 200).RunAsync(id, request, EventMetadata.None, _ => stop.CancelAsync(), stop.Token));
        await Claim(largestBatch: 200).RunAsync(id, request, EventMetadata.None);

        await ShouldHoldAsync(mexico: 20, monterrey: 20, guadalajara: 20);
    }

    [Fact]
    public async Task What_another_process_claims_between_two_batches_counts()
    {
        await GivenAsync(mexico: 100, monterrey: 100, guadalajara: 100);
        var (id, request) = await RequestAsync(60);
        var told = new List<int>();

        (await Claim(largestBatch: 50).RunAsync(
            id, request, EventMetadata.None,
            async claimed =>
            {
                told.Add(claimed);
                if (told.Count == 1)
                    await Claim(largestBatch: 50).RunAsync(id, request, EventMetadata.None);
            })).ShouldBe(60);

        told.ShouldBe([10, 60]);
        await ShouldHoldAsync(mexico: 20, monterrey: 20, guadalajara: 20);
    }

    [Fact]
    public async Task The_same_seed_chooses_the_same_contacts()
    {
        await GivenAsync(mexico: 100, monterrey: 100, guadalajara: 100);

        await ClaimAsync(60, seed: 7);
        var first = await HeldAsync();
        await database.ExecuteAsync("delete from padron.extraction_contacts");
        await database.ExecuteAsync("delete from events.mt_events where type = 'contact_extracted'");
        await database.ExecuteAsync("update events.mt_streams set version = version - 1 where id = any ($1)", first);
        await ClaimAsync(60, seed: 7);

        (await HeldAsync()).ShouldBe(first);
    }

    async Task<IReadOnlyList<PhoneNumber>> GivenAsync(int mexico, int monterrey, int guadalajara)
    {
        var phones = await database.GivenVerifiedAsync(mexico, firstNational: 5510000000, stateCode: "CDMX");
        await database.GivenVerifiedAsync(monterrey, firstNational: 8110000000, stateCode: "NL");
        await database.GivenVerifiedAsync(guadalajara, firstNational: 3310000000, stateCode: "JAL");
        await database.CatchUpAsync();
        return [.. phones];
    }

    async Task OptOutAsync(IEnumerable<PhoneNumber> phones)
    {
        foreach (var phone in phones)
            await database.Contacts.ExecuteAsync(phone, new OptOutContact(phone, OptOutMethod.Api, Reason: null, By: null, At), ContactDecider.Decide, EventMetadata.None);
    }

    async Task<(Guid Id, ExtractionRequested Request)> RequestAsync(int amount, long? seed = null)
    {
        var (id, request) = (Guid.CreateVersion7(), new ExtractionRequested(Premium, amount, ExtractionFormat.Txt, seed, "test", At));
        await database.Store.AppendAsync(id, 0, [request], EventMetadata.None);
        return (id, request);
    }

    async Task<int> ClaimAsync(int amount, Action<int>? progress = null, long? seed = null)
    {
        var (id, request) = await RequestAsync(amount, seed);
        return await database.Get<Claim>().RunAsync(
            id, request, EventMetadata.None,
            claimed =>
            {
                progress?.Invoke(claimed);
                return Task.CompletedTask;
            });
    }

    Claim Claim(int largestBatch) => new(database.Store, database.Get<DurableQueue>(), database.Get<AvailabilityQueries>(), TimeProvider.System) { LargestBatch = largestBatch };

    Task<Guid[]> HeldAsync() => database.ScalarAsync<Guid[]>("select array_agg(contact_id order by ordinal) from padron.extraction_contacts");

    async Task ShouldHoldAsync(int mexico, int monterrey, int guadalajara)
    {
        (await database.RowsAsync("select lada, count(distinct x.contact_id) as contacts from padron.extraction_contacts x join read.contact_states s on s.id = x.contact_id group by lada"))
            .ShouldBe([$$"""{"lada":"33","contacts":{{guadalajara}}}""", $$"""{"lada":"55","contacts":{{mexico}}}""", $$"""{"lada":"81","contacts":{{monterrey}}}"""]);
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted'")).ShouldBe(mexico + monterrey + guadalajara);
    }
}
