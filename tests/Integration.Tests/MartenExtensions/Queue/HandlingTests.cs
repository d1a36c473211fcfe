using System.Collections.Concurrent;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.MartenExtensions.Queue;

public sealed class HandlingTests : QueueTest
{
    static readonly QueueWorkerOptions OneAtATime = Options with { Parallelism = 1 };

    [Fact]
    public async Task A_message_is_handled_with_what_is_known_of_it_and_removed()
    {
        MessageContext? seen = null;
        SendParcel? body = null;
        var message = new QueueMessage(new SendParcel("ñandú «1»", 3));
        await Queue.EnqueueAsync([message], new("ana", "request-7", "command-8"));

        await DrainAsync(Handlers().Add<SendParcel>((parcel, context, _) =>
        {
            (body, seen) = (parcel, context);
            return Task.CompletedTask;
        }));

        body.ShouldBe(new SendParcel("ñandú «1»", 3));
        seen!.Id.ShouldBe(message.Id);
        seen.Attempt.ShouldBe(1);
        seen.Metadata.ShouldBe(new EventMetadata("ana", "request-7", message.Id.ToString()));
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task Effects_events_and_further_messages_commit_with_the_messages_removal()
    {
        var box = Guid.CreateVersion7();
        await EnqueueAsync(new SendParcel("mango"));

        await DrainAsync(Handlers()
            .Add<SendParcel>(async (parcel, context, ct) =>
            {
                await PutEffectAsync(context, parcel.Item, ct);
                var session = await context.BeginAsync(ct);
                await session.AppendAsync(new(box, 0, Items(parcel.Item)), ct);
                await context.EnqueueAsync([new(new WeighParcel(parcel.Item))], ct);
            })
            .Add<WeighParcel>((parcel, context, ct) => PutEffectAsync(context, $"weighed {parcel.Item}", ct)));

        (await EffectsAsync()).ShouldBe(["mango", "weighed mango"]);
        (await ItemsAsync()).ShouldBe(["mango"]);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task What_a_handler_did_before_it_threw_is_rolled_back()
    {
        await EnqueueAsync(new SendParcel("mango"));

        await DrainAsync(Handlers().Add<SendParcel>(
            async (parcel, context, ct) =>
            {
                await PutEffectAsync(context, $"{parcel.Item} {context.Attempt}", ct);
                if (context.Attempt < 3)
                    throw new ChangedMyMindException();
            },
            Impatient));

        (await EffectsAsync()).ShouldBe(["mango 3"]);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task Messages_are_taken_by_priority_then_by_due_time_over_all_kinds()
    {
        var now = DateTimeOffset.UnixEpoch;
        await Queue.EnqueueAsync(
            [
                new(new SendParcel("low")) { Priority = MessagePriority.Low, DueAt = now },
                new(new SendParcel("third")) { DueAt = now.AddSeconds(3) },
                new(new WeighParcel("second")) { DueAt = now.AddSeconds(2) },
                new(new SendParcel("first")) { DueAt = now.AddSeconds(1) },
                new(new WeighParcel("high, latest")) { Priority = MessagePriority.High, DueAt = now.AddSeconds(9) },
                new(new SendParcel("high")) { Priority = MessagePriority.High, DueAt = now.AddSeconds(8) },
            ],
            EventMetadata.None);

        await Worker(Handlers().Add<SendParcel>(SendAsync).Add<WeighParcel>((parcel, context, ct) => PutEffectAsync(context, parcel.Item, ct)), OneAtATime).DrainAsync();

        (await EffectsAsync()).ShouldBe(["high", "high, latest", "first", "second", "third", "low"]);
    }

    [Fact]
    public async Task A_message_is_left_alone_until_it_is_due()
    {
        await Queue.EnqueueAsync([new(new SendParcel("later")) { DueAt = TimeProvider.System.GetUtcNow().AddHours(1) }, new(new SendParcel("now"))], EventMetadata.None);

        await DrainAsync(Handlers().Add<SendParcel>(SendAsync));
        (await EffectsAsync()).ShouldBe(["now"]);

        await MakeDueAsync();
        await DrainAsync(Handlers().Add<SendParcel>(SendAsync));
        (await EffectsAsync()).ShouldBe(["now", "later"]);
    }

    [Fact]
    public async Task Kinds_without_a_handler_are_left_to_processes_that_know_them()
    {
        await EnqueueAsync(new BurnParcel("not ours"), new SendParcel("ours"));

        await DrainAsync(Handlers().Add<SendParcel>(SendAsync));

        (await EffectsAsync()).ShouldBe(["ours"]);
        (await RowsAsync("select kind, attempts from queue.messages")).ShouldBe([["burn_parcel", 0]]);
    }

    [Fact]
    public async Task A_running_worker_finds_what_is_enqueued_later()
    {
        await RunUntilAsync(Worker(Handlers().Add<SendParcel>(SendAsync)), async () =>
        {
            if (await QueuedAsync() == 0)
                await EnqueueAsync(new SendParcel("mango"));
            return await EffectCountAsync() >= 3;
        });
    }

    [Fact]
    public async Task Many_workers_share_the_messages_and_have_each_effect_once()
    {
        const int messages = 2_000;
        await EnqueueAsync([.. Enumerable.Range(0, messages).Select(i => new SendParcel($"{i}"))]);
        var workers = new ConcurrentDictionary<int, int>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => DrainAsync(Handlers().Add<SendParcel>(async (parcel, context, ct) =>
        {
            await PutEffectAsync(context, parcel.Item, ct);
            workers.AddOrUpdate(worker, 1, (_, count) => count + 1);
        }))));

        (await EffectsAsync()).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, messages));
        workers.Count.ShouldBe(4);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task No_more_of_a_kind_are_handled_at_a_time_than_its_limit_by_all_workers_together()
    {
        await EnqueueAsync([.. Enumerable.Range(0, 60).SelectMany(i => new object[] { new SendParcel($"{i}"), new WeighParcel($"weighed {i}") })]);
        var (running, most) = (0, 0);
        using var freed = new SemaphoreSlim(0);

        MessageHandlers Limited() => Handlers()
            .Add<WeighParcel>((parcel, context, ct) => PutEffectAsync(context, parcel.Item, ct))
            .Add<SendParcel>(
                async (parcel, context, ct) =>
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    await PutEffectAsync(context, parcel.Item, ct);
                    if (context.Attempt == 1 && parcel.Item is "0" or "1" or "2")
                        await freed.WaitAsync(ct); // three at a time for as long as the other kind takes
                    Interlocked.Decrement(ref running);
                },
                MessagePolicy.Default with { MaxConcurrency = 3 });

        var draining = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => DrainAsync(Limited())));
        await Fixture.Eventually.TrueAsync(async () => await ScalarAsync<long>("select count(*) from queue.messages where kind = 'weigh_parcel'") == 0);
        freed.Release(3);
        await draining;

        most.ShouldBe(3);
        (await EffectCountAsync()).ShouldBe(120);
        await ShouldBeEmptyAsync();
    }

    static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
