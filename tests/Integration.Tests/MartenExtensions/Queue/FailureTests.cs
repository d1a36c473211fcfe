using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.MartenExtensions.Queue;

public sealed class FailureTests : QueueTest
{
    [Fact]
    public async Task A_poisoned_message_ends_as_a_dead_letter_with_its_history_and_does_not_block_others()
    {
        var poison = (await EnqueueAsync(new SendParcel("poison")))[0];
        await EnqueueAsync([.. Enumerable.Range(0, 20).Select(i => new SendParcel($"{i}"))]);
        var worker = Worker(Handlers().Add<SendParcel>(PoisonedAsync, Impatient), Options with { Parallelism = 1 });

        await worker.DrainAsync();

        (await EffectsAsync()).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 20));
        var dead = (await Queue.DeadLettersAsync()).ShouldHaveSingleItem();
        (dead.Id, dead.Kind, dead.Body, dead.Attempts).ShouldBe((poison, "send_parcel", """{"item": "poison", "count": 1}""", 3));
        dead.Error.ShouldStartWith("System.FormatException: poison, try 3");
        dead.Failures.Select(failure => failure.Attempt).ShouldBe([1, 2, 3]);
        dead.Failures.ShouldAllBe(failure => failure.Worker == worker.Name && failure.Error.StartsWith($"System.FormatException: poison, try {failure.Attempt}"));
        dead.Failures.Select(failure => failure.At).ShouldBeInOrder();
        (await QueuedAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_replay_after_a_fix_succeeds()
    {
        var poison = (await EnqueueAsync(new SendParcel("poison")))[0];
        await DrainAsync(Handlers().Add<SendParcel>(PoisonedAsync, Impatient));

        (await Queue.ReplayAsync(poison)).ShouldBeTrue();
        await DrainAsync(Handlers().Add<SendParcel>(SendAsync));

        (await RowsAsync("select message, item from effects")).ShouldBe([[poison, "poison"]]);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task A_replay_without_a_fix_has_all_its_tries_again_and_keeps_the_history_of_the_first_ones()
    {
        var poison = (await EnqueueAsync(new SendParcel("poison")))[0];
        await DrainAsync(Handlers().Add<SendParcel>(PoisonedAsync, Impatient));
        await Queue.ReplayAsync(poison);

        await DrainAsync(Handlers().Add<SendParcel>(PoisonedAsync, Impatient));

        (await Queue.DeadLettersAsync()).ShouldHaveSingleItem().Failures.Select(failure => failure.Attempt).ShouldBe([1, 2, 3, 1, 2, 3]);
    }

    [Fact]
    public async Task All_dead_letters_of_a_kind_are_replayed_and_those_of_others_are_not()
    {
        await EnqueueAsync(new SendParcel("poison"), new SendParcel("poison"), new BurnParcel("poison"));
        await DrainAsync(Handlers().Add<SendParcel>(PoisonedAsync, Impatient).Add<BurnParcel>((_, _, _) => throw new MessageRejectedException("No fire.")));

        (await Queue.ReplayAllAsync("send_parcel")).ShouldBe(2);

        (await Queue.DeadLettersAsync()).ShouldHaveSingleItem().Kind.ShouldBe("burn_parcel");
        (await QueuedAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task A_discarded_dead_letter_is_gone()
    {
        var poison = (await EnqueueAsync(new SendParcel("poison")))[0];
        await DrainAsync(Handlers().Add<SendParcel>(PoisonedAsync, Impatient));

        (await Queue.DiscardAsync(poison)).ShouldBeTrue();

        await ShouldBeEmptyAsync();
        (await Queue.DiscardAsync(poison)).ShouldBeFalse();
        (await Queue.ReplayAsync(poison)).ShouldBeFalse();
        (await Queue.ReplayAllAsync("send_parcel")).ShouldBe(0);
    }

    [Fact]
    public async Task Dead_letters_are_read_page_by_page_the_latest_first()
    {
        var ids = await EnqueueAsync([.. Enumerable.Range(0, 7).Select(i => new SendParcel($"{i}")), new BurnParcel("b")]);
        await DrainAsync(Handlers().Add<SendParcel>((_, _, _) => throw new MessageRejectedException("")).Add<BurnParcel>((_, _, _) => throw new MessageRejectedException("")));
        await ExecuteAsync("update queue.dead_letters set failed_at = '2026-01-01'"); // ties are told apart by id

        var read = new List<DeadLetter>();
        for (var page = await Queue.DeadLettersAsync("send_parcel", limit: 3); page.Count > 0; page = await Queue.DeadLettersAsync("send_parcel", read[^1], limit: 3))
            read.AddRange(page);

        read.Select(dead => dead.Id).Order().ShouldBe(ids[..7].Order());
        read.Select(dead => dead.Id.ToString()).ShouldBeInOrder(SortDirection.Descending);
        (await Queue.DeadLettersAsync()).Count.ShouldBe(8);
    }

    [Fact]
    public async Task A_message_its_handler_rejects_is_dead_at_once()
    {
        await EnqueueAsync(new SendParcel("a"));

        await DrainAsync(Handlers().Add<SendParcel>((_, _, _) => throw new MessageRejectedException("No such street.")));

        var dead = (await Queue.DeadLettersAsync()).ShouldHaveSingleItem();
        dead.Attempts.ShouldBe(1);
        dead.Error.ShouldContain("No such street.");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"item": {}}""")]
    public async Task A_message_that_cannot_be_read_is_dead_at_once(string body)
    {
        await EnqueueAsync(new SendParcel("a"));
        await ExecuteAsync("update queue.messages set body = $1::jsonb", body);

        await DrainAsync(Handlers().Add<SendParcel>(SendAsync));

        (await Queue.DeadLettersAsync()).ShouldHaveSingleItem().Attempts.ShouldBe(1);
        (await EffectCountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_error_that_PostgreSQL_could_not_store_as_it_is_is_stored_all_the_same()
    {
        await EnqueueAsync(new SendParcel("a"));

        await DrainAsync(Handlers().Add<SendParcel>((_, _, _) => throw new FormatException($"\0{new string('x', 100_000)}"), Impatient));

        (await Queue.DeadLettersAsync()).ShouldHaveSingleItem().Error.Length.ShouldBe(4000);
    }

    [Fact]
    public async Task A_handler_that_swallows_a_failed_statement_has_failed()
    {
        await EnqueueAsync(new SendParcel("a"));

        await DrainAsync(Handlers().Add<SendParcel>(
            async (parcel, context, ct) =>
            {
                await PutEffectAsync(context, parcel.Item, ct);
                try
                {
                    await (await context.BeginAsync(ct)).AppendManyAsync([new(Guid.NewGuid(), 0, [new BoxLost()])], ct: ct);
                }
                catch (ArgumentException)
                {
                    await using var broken = new Npgsql.NpgsqlCommand("select 1 / 0", (await context.BeginAsync(ct)).Connection);
                    await Should.ThrowAsync<Npgsql.PostgresException>(() => broken.ExecuteNonQueryAsync(ct));
                }
            },
            Impatient));

        (await EffectCountAsync()).ShouldBe(0);
        (await Queue.DeadLettersAsync()).ShouldHaveSingleItem().Attempts.ShouldBe(3);
    }

    [Fact]
    public async Task Each_try_waits_twice_as_long_up_to_the_longest_less_a_random_part_of_at_most_half()
    {
        const int messages = 40;
        var policy = new MessagePolicy { FirstDelay = TimeSpan.FromSeconds(100), MaxDelay = TimeSpan.FromSeconds(350), MaxAttempts = 5 };
        await EnqueueAsync([.. Enumerable.Range(0, messages).Select(i => new SendParcel($"{i}"))]);

        foreach (var longest in (int[])[100, 200, 350, 350])
        {
            await DrainAsync(Handlers().Add<SendParcel>((_, _, _) => throw new FormatException(), policy));

            var delays = (await RowsAsync("select extract(epoch from due_at - (failures->-1->>'at')::timestamptz)::float8 from queue.messages")).Select(row => (double)row[0]!).ToArray();
            delays.Length.ShouldBe(messages);
            delays.ShouldAllBe(delay => delay >= longest / 2.0 && delay <= longest);
            delays.Distinct().Count().ShouldBeGreaterThan(1);
            await MakeDueAsync();
        }

        await DrainAsync(Handlers().Add<SendParcel>((_, _, _) => throw new FormatException(), policy));
        (await Queue.StatusAsync()).ShouldHaveSingleItem().Dead.ShouldBe(messages);
    }

    [Fact]
    public async Task The_status_counts_by_kind_what_is_due_scheduled_leased_and_dead()
    {
        await EnqueueAsync(new SendParcel("dead"));
        await DrainAsync(Handlers().Add<SendParcel>((_, _, _) => throw new MessageRejectedException("")));
        await Queue.EnqueueAsync(
            [
                new(new WeighParcel("a")) { DueAt = DateTimeOffset.UnixEpoch }, new(new WeighParcel("b")),
                new(new WeighParcel("c")) { DueAt = TimeProvider.System.GetUtcNow().AddHours(1) },
            ],
            EventMetadata.None);
        await EnqueueAsync(new BurnParcel("leased"));

        IReadOnlyList<QueueStatus> status = [];
        await DrainAsync(Handlers().Add<BurnParcel>(async (_, _, ct) => status = await Queue.StatusAsync(ct)));

        status.Select(kind => kind with { OldestDueAt = null }).ShouldBe(
            [new("burn_parcel", 0, 0, 1, 0, null), new("send_parcel", 0, 0, 0, 1, null), new("weigh_parcel", 2, 1, 0, 0, null)]);
        status[2].OldestDueAt.ShouldBe(DateTimeOffset.UnixEpoch);
    }

    static Task PoisonedAsync(SendParcel message, MessageContext context, CancellationToken ct) =>
        message.Item == "poison" ? throw new FormatException($"poison, try {context.Attempt}") : SendAsync(message, context, ct);
}
