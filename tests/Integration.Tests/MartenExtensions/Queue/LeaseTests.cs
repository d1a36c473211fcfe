using System.Globalization;
using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.MartenExtensions.Queue;

public sealed class LeaseTests : QueueTest
{
    readonly TaskCompletionSource goOn = new();

    [Fact]
    public async Task A_worker_that_lost_its_lease_rolls_back_when_it_comes_back()
    {
        await EnqueueAsync(new SendParcel("mango"));
        var late = LateAsync(Handlers().Add<SendParcel>(
            async (_, context, ct) =>
            {
                await PutEffectAsync(context, "late", ct);
                await goOn.Task;
            },
            Impatient));
        await Eventually.TrueAsync(async () => await LeasedAsync() == 1);
        await ExpireLeasesAsync();

        await DrainAsync(Handlers().Add<SendParcel>(SendAsync, Impatient));
        goOn.SetResult();
        await late;

        (await EffectsAsync()).ShouldBe(["mango"]);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task A_worker_that_comes_back_while_another_has_the_message_does_not_acknowledge_it()
    {
        await EnqueueAsync(new SendParcel("mango"));
        var late = LateAsync(Handlers().Add<SendParcel>(
            async (_, context, ct) =>
            {
                await PutEffectAsync(context, "late", ct);
                await goOn.Task;
            },
            Impatient));
        await Eventually.TrueAsync(async () => await LeasedAsync() == 1);
        await ExpireLeasesAsync();

        await DrainAsync(Handlers().Add<SendParcel>(
            async (parcel, context, ct) =>
            {
                goOn.SetResult();
                await late;
                (await QueuedAsync()).ShouldBe(1);
                await SendAsync(parcel, context, ct);
            },
            Impatient));

        (await EffectsAsync()).ShouldBe(["mango"]);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_and_then_fails_takes_no_try_from_the_one_that_has_it()
    {
        await EnqueueAsync(new SendParcel("mango"));
        var late = LateAsync(Handlers().Add<SendParcel>(
            async (_, _, _) =>
            {
                await goOn.Task;
                throw new ChangedMyMindException();
            },
            Impatient));
        await Eventually.TrueAsync(async () => await LeasedAsync() == 1);
        await ExpireLeasesAsync();

        await DrainAsync(Handlers().Add<SendParcel>(
            async (parcel, context, ct) =>
            {
                context.Attempt.ShouldBe(2);
                goOn.SetResult();
                await late;
                await SendAsync(parcel, context, ct);
            },
            Impatient));

        (await EffectsAsync()).ShouldBe(["mango"]);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task The_lease_of_a_long_running_message_is_renewed()
    {
        await EnqueueAsync(new SendParcel("mango"));
        var worker = Worker(
            Handlers().Add<SendParcel>(async (parcel, context, ct) =>
            {
                await SendAsync(parcel, context, ct);
                var first = await LeaseUntilAsync();
                var second = first;
                await Eventually.TrueAsync(async () => (second = await LeaseUntilAsync()) > first);
                await Eventually.TrueAsync(async () => await LeaseUntilAsync() > second);
            }),
            Options with { Lease = TimeSpan.FromSeconds(3) });

        await worker.DrainAsync();

        (await EffectsAsync()).ShouldBe(["mango"]);
        await ShouldBeEmptyAsync();
    }

    [Fact]
    public async Task A_handler_whose_lease_is_lost_is_cancelled()
    {
        await EnqueueAsync(new SendParcel("mango"));
        var begun = new TaskCompletionSource();
        var worker = Worker(
            Handlers().Add<SendParcel>(async (parcel, context, ct) =>
            {
                await SendAsync(parcel, context, ct);
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, ct);
            }),
            Options with { Lease = TimeSpan.FromMilliseconds(300) });
        var draining = worker.DrainAsync();
        await begun.Task;

        await ExecuteAsync("delete from queue.messages"); // as whoever handled it meanwhile

        await draining;
        (await EffectCountAsync()).ShouldBe(0);
        (await Queue.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_handler_that_takes_too_long_is_cancelled_and_that_try_has_failed()
    {
        await EnqueueAsync(new SendParcel("mango"));

        await DrainAsync(Handlers().Add<SendParcel>(
            async (parcel, context, ct) =>
            {
                await SendAsync(parcel, context, ct);
                await Task.Delay(Timeout.Infinite, ct);
            },
            Impatient with { Timeout = TimeSpan.FromMilliseconds(20), MaxAttempts = 2 }));

        (await EffectCountAsync()).ShouldBe(0);
        (await Queue.DeadLettersAsync()).ShouldHaveSingleItem().Failures.ShouldAllBe(failure => failure.Error.Contains("did not finish within"));
    }

    [Fact]
    public async Task A_stopping_worker_finishes_what_it_began_and_gives_the_rest_back_at_once()
    {
        QueueMessage[] messages = [.. Enumerable.Range(0, 300).Select(i => new QueueMessage(new SendParcel($"{i}")) { DueAt = DateTimeOffset.UnixEpoch.AddSeconds(i) })];
        await Queue.EnqueueAsync(messages, EventMetadata.None);
        using var stop = new CancellationTokenSource();
        var hanging = 0;
        var worker = Worker(Handlers().Add<SendParcel>(async (parcel, context, ct) =>
        {
            // The first hundred are quick, so that many are taken ahead; then all slots are held.
            if (int.Parse(parcel.Item, CultureInfo.InvariantCulture) >= 100)
            {
                Interlocked.Increment(ref hanging);
                await goOn.Task;
            }

            await SendAsync(parcel, context, ct);
        }));
        var running = worker.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref hanging) == Options.Parallelism));

        await stop.CancelAsync();
        await Eventually.TrueAsync(async () => await LeasedAsync() == Options.Parallelism); // given back, though others still run
        goOn.SetResult();
        await running;

        (await LeasedAsync()).ShouldBe(0);
        var done = await EffectCountAsync();
        done.ShouldBe(100 + Options.Parallelism);
        (await RowsAsync("select count(*), max(attempts) from queue.messages")).Single().ShouldBe([300 - done, 0]);
    }

    [Fact]
    public async Task A_handler_that_outlasts_the_grace_is_cancelled_and_its_message_is_due_at_once_for_others()
    {
        await EnqueueAsync(new SendParcel("mango"));
        using var stop = new CancellationTokenSource();
        var worker = Worker(
            Handlers().Add<SendParcel>(async (parcel, context, ct) =>
            {
                await SendAsync(parcel, context, ct);
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, ct);
            }),
            Options with { Grace = TimeSpan.FromMilliseconds(20) });

        await worker.RunAsync(stop.Token);

        (await EffectCountAsync()).ShouldBe(0);
        (await RowsAsync("select attempts, lease_until is null, due_at <= now(), failures->0->>'error' like '%worker was stopped%' from queue.messages"))
            .ShouldBe([[1, true, true, true]]);
    }

    [Fact]
    public async Task Workers_whose_connections_are_killed_lose_nothing_and_have_no_effect_twice()
    {
        const int messages = 1_000;
        await EnqueueAsync([.. Enumerable.Range(0, messages).Select(i => new SendParcel($"{i}"))]);
        var handlers = Handlers().Add<SendParcel>(SendAsync, Impatient with { MaxAttempts = 100 });
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(Worker(handlers).RunAsync(stop.Token), Worker(handlers).RunAsync(stop.Token));

        for (var kill = 1; kill <= 5; kill++)
        {
            await Eventually.TrueAsync(async () => await OwnScalarAsync("select count(*) from effects") >= messages * kill / 6);
            await OwnScalarAsync("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'");
        }

        await Eventually.TrueAsync(async () =>
        {
            // A take whose answer was lost is a lease that nobody knows of.
            await OwnScalarAsync("with expired as (update queue.messages set lease_until = now() where lease_until is not null returning 1) select count(*) from expired");
            return await OwnScalarAsync("select count(*) from queue.messages") == 0;
        });
        await stop.CancelAsync();
        await running;

        (await EffectsAsync()).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, messages));
        await ShouldBeEmptyAsync();
    }

    // With no slot free it neither finds its own lease run out nor takes the message again.
    Task LateAsync(MessageHandlers handlers) => Worker(handlers, Options with { Parallelism = 1 }).DrainAsync();

    Task<long> LeasedAsync() => ScalarAsync<long>("select count(lease_until) from queue.messages");

    Task<DateTime> LeaseUntilAsync() => ScalarAsync<DateTime>("select lease_until from queue.messages");

    // Not of the pool, whose connections are killed.
    async Task<long> OwnScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
