using Padron.Domain;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;

namespace Padron.Integration.Tests.Projections;

/// <summary>Random lives of contacts, some of whose events become unreadable on the way: what is left out harms nobody else, and mended and retried it is as if nothing had been.</summary>
public sealed class PoisonedContactsTests : IAsyncLifetime
{
    readonly PadronDatabase database = new();
    readonly Random random = new(11);

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await database.ExecuteAsync("create table public.mended (seq_id bigint primary key, data jsonb)");
    }

    public Task DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task After_the_fix_and_the_retry_the_read_model_is_the_fold_of_the_streams(int pageSize)
    {
        var batches = 0;
        await new RandomLives(database, seed: 6).AppendDecidedAsync(contacts: 80, events: 900, async () =>
        {
            if (++batches % 8 == 0)
                await PoisonAsync();
            if (batches % 4 == 0)
                await database.CatchUpAsync(ContactsProjection.Definition, pageSize);
        });
        await database.CatchUpAsync(ContactsProjection.Definition, pageSize);
        var parked = await database.Get<DeadLetters>().ListAsync(ContactsProjection.Definition);
        parked.Count(letter => letter.Error is not null).ShouldBeGreaterThan(2);
        parked.ShouldContain(letter => letter.Error == null, "some were to wait behind another");
        parked.Where(letter => letter.Error is not null).ShouldAllBe(letter => letter.Error!.StartsWith("22007: ", StringComparison.Ordinal));

        await MendAsync();
        var expected = await ExpectedContacts.FoldAsync(database);
        var streams = parked.Select(letter => letter.StreamId).ToHashSet();
        var before = await ContactTables.ReadAsync(database);
        before.States.Where(row => !streams.Contains(row.Id)).ShouldBe(expected.States.Where(row => !streams.Contains(row.Id)));
        before.States.Where(row => streams.Contains(row.Id)).ShouldNotBe(expected.States.Where(row => streams.Contains(row.Id)));

        (await Should.ThrowAsync<RuleViolationException>(() => database.Rebuild.RunAsync(ContactsProjection.Definition, new(Keep: true)))).Code.ShouldBe("dead_letters_kept");
        (await database.Get<DeadLetters>().RetryAsync(ContactsProjection.Definition)).ShouldBe(new RetryResult(parked.Count, Failed: 0));

        (await ContactTables.ReadAsync(database)).ShouldBe(expected);
    }

    // A date that is none, in an event that is not projected yet and the last of its kind in its stream: an earlier one's date nobody reads.
    async Task PoisonAsync()
    {
        var (type, date) = random.Next(2) == 0 ? ("contact_verified", "verifiedAt") : ("contact_opted_out", "optedOutAt");
        await database.ExecuteAsync(
            """
            with chosen as (
                select max(seq_id) as seq_id from events.mt_events
                 where type = $1 and seq_id > (select coalesce(max(last_seq_id), 0) from events.mt_event_progression where name = 'contacts:All')
            ), kept as (
                insert into public.mended select seq_id, data from events.mt_events join chosen using (seq_id)
            )
            update events.mt_events e set data = jsonb_set(data, array[$2], '"never"') from chosen c where e.seq_id = c.seq_id
            """,
            type, date);
    }

    Task MendAsync() => database.ExecuteAsync("update events.mt_events e set data = m.data from public.mended m where m.seq_id = e.seq_id");
}
