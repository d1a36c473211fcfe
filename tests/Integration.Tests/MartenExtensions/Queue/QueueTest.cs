using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.MartenExtensions.Queue;

/// <summary>A test with a queue, and with a table of effects that would show any effect that was had twice.</summary>
public abstract class QueueTest : EventStoreTest
{
    /// <summary>Short waits, and a lease that no test outlives: what is to run out is made to by <see cref="ExpireLeasesAsync"/>.</summary>
    internal static readonly QueueWorkerOptions Options = new()
    {
        Parallelism = 4,
        Lease = TimeSpan.FromMinutes(10),
        MinPoll = TimeSpan.FromMilliseconds(5),
        MaxPoll = TimeSpan.FromMilliseconds(50),
    };

    /// <summary>Tries that follow each other at once.</summary>
    internal static readonly MessagePolicy Impatient = new() { FirstDelay = TimeSpan.Zero, MaxAttempts = 3 };

    protected DurableQueue Queue => new(Store, ParcelJson.Types);

    protected static MessageHandlers Handlers() => new(ParcelJson.Types);

    protected QueueWorker Worker(MessageHandlers handlers, QueueWorkerOptions? options = null) =>
        new(Store, handlers, TimeProvider.System, options ?? Options);

    /// <summary>Handles whatever is due, later tries that are due at once included.</summary>
    protected Task DrainAsync(MessageHandlers handlers) => Worker(handlers).DrainAsync();

    protected async Task<Guid[]> EnqueueAsync(params object[] bodies)
    {
        QueueMessage[] messages = [.. bodies.Select(body => new QueueMessage(body))];
        (await Queue.EnqueueAsync(messages, EventMetadata.None)).ShouldBe(bodies.Length);
        return [.. messages.Select(message => message.Id)];
    }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await ExecuteAsync(CreateEffects);
    }

    // No key: a second effect would be a second row.
    internal const string CreateEffects = "create table effects (n bigint generated always as identity, message uuid not null, item text not null)";

    /// <summary>The effect of the tests' handlers: a row in another table, in the message's transaction.</summary>
    internal static async Task PutEffectAsync(MessageContext context, string item, CancellationToken ct)
    {
        var session = await context.BeginAsync(ct);
        await using var command = new NpgsqlCommand("insert into effects (message, item) values ($1, $2)", session.Connection)
        {
            Parameters = { new() { Value = context.Id }, new() { Value = item } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    internal static Task SendAsync(SendParcel message, MessageContext context, CancellationToken ct) => PutEffectAsync(context, message.Item, ct);

    /// <summary>The items of all effects, in the order they were had.</summary>
    protected async Task<string[]> EffectsAsync() => [.. (await RowsAsync("select item from effects order by n")).Select(row => (string)row[0]!)];

    protected Task<long> EffectCountAsync() => ScalarAsync<long>("select count(*) from effects");

    protected Task<long> QueuedAsync() => ScalarAsync<long>("select count(*) from queue.messages");

    /// <summary>The time passes in which dead workers would have renewed their leases.</summary>
    protected Task ExpireLeasesAsync() => ExecuteAsync("update queue.messages set lease_until = now() - interval '1 second' where lease_until is not null");

    /// <summary>The time passes for which messages wait.</summary>
    protected Task MakeDueAsync() => ExecuteAsync("update queue.messages set due_at = now() where due_at > now()");

    protected async Task ShouldBeEmptyAsync()
    {
        (await QueuedAsync()).ShouldBe(0);
        (await Queue.DeadLettersAsync()).ShouldBeEmpty();
    }

    /// <summary>Runs a worker until the condition holds, then stops it.</summary>
    protected static async Task RunUntilAsync(QueueWorker worker, Func<Task<bool>> condition)
    {
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        try
        {
            await Eventually.TrueAsync(condition);
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }
}
