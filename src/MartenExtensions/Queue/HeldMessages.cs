using System.Collections.Concurrent;
using Npgsql;

namespace Padron.MartenExtensions.Queue;

/// <summary>The messages under one worker's lease, begun or not, and the loop that renews their leases.</summary>
sealed class HeldMessages(QueueTable table, string worker, QueueWorkerOptions options, TimeProvider clock, QueueLog log)
{
    readonly ConcurrentDictionary<Guid, HeldMessage> held = new();
    int count;

    public int Count => Volatile.Read(ref count);

    /// <param name="message">Just taken.</param>
    /// <param name="takenAt">Timestamp of a moment before the lease began.</param>
    public HeldMessage Add(TakenMessage message, long takenAt)
    {
        var added = new HeldMessage(message) { RenewedAt = takenAt };
        held[message.Id] = added;
        Interlocked.Increment(ref count);
        return added;
    }

    public void Remove(HeldMessage message)
    {
        // Under the same id there may be a later attempt by now: the lease ran out, and this very worker took the message again.
        held.TryRemove(new(message.Message.Id, message));
        Interlocked.Decrement(ref count);
    }

    /// <summary>Whether the lease, by this process's own clock, still runs: a machine that slept wakes up with stale ones.</summary>
    public bool IsOurs(HeldMessage message) => !message.IsLost && clock.GetElapsedTime(message.RenewedAt) < options.Lease;

    /// <summary>Renews at a third of the lease, until cancelled; tells handlers whose lease is lost to stop.</summary>
    public async Task RenewAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.Lease / 3, clock, ct);
                var now = clock.GetTimestamp();
                HeldMessage[] renewing = [.. held.Values.Where(message => !message.IsTimedOut)];
                if (renewing.Length == 0)
                    continue;
                var ours = await table.RenewAsync([.. renewing.Select(message => message.Message)], worker, options.Lease, ct);
                foreach (var message in renewing)
                {
                    if (ours.Contains(message.Message.Id))
                        message.RenewedAt = now;
                    else
                        await message.LoseAsync();
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException error)
            {
                log.Trouble(error); // leases have two thirds left: the next round is early enough
            }
        }
    }
}

/// <summary>A message under this worker's lease.</summary>
#pragma warning disable CA1001 // Its source has no timer and so nothing to dispose of, and may be cancelled after the message ended.
sealed class HeldMessage(TakenMessage message)
#pragma warning restore CA1001
{
    readonly CancellationTokenSource lost = new();

    public TakenMessage Message => message;

    public CancellationToken Lost => lost.Token;

    public bool IsLost => lost.IsCancellationRequested;

    public long RenewedAt { get; set; }

    /// <summary>Its handler was told to end and may hang for ever: the lease shall run out.</summary>
    public bool IsTimedOut { get; set; }

    public Task LoseAsync() => lost.CancelAsync();
}
