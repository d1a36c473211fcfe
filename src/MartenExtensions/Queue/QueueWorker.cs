using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Padron.MartenExtensions.Queue;

/// <summary>Takes messages and runs their handlers. Any number of workers, in any number of processes, share the queue.</summary>
/// <remarks>
/// A message is leased, handled, and removed in the transaction of its effects. A worker that dies lets its leases run out, which
/// counts as a try; one that comes back too late finds its lease gone and rolls back.
/// </remarks>
public sealed class QueueWorker
{
    // Cancelled handlers get this long to notice.
    static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(2);

    readonly QueueTable table;
    readonly MessageHandlers handlers;
    readonly QueueWorkerOptions options;
    readonly TimeProvider clock;
    readonly QueueLog log;
    readonly MessageRunner runner;

    public QueueWorker(
        EventSessions sessions, MessageHandlers handlers, TimeProvider clock, QueueWorkerOptions? options = null, ILogger<QueueWorker>? logger = null)
    {
        this.handlers = handlers;
        this.clock = clock;
        this.options = options ?? new QueueWorkerOptions();
        log = new QueueLog(logger ?? NullLogger<QueueWorker>.Instance);
        table = new QueueTable(sessions.DataSource);
        runner = new MessageRunner(sessions, table, handlers, clock, log);
    }

    /// <summary>Machine, process and instance: column <c>leased_by</c>, and the history of failures.</summary>
    public string Name { get; } = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <summary>
    /// Works until cancelled. Then takes nothing more, gives back what it had not begun, waits <see cref="QueueWorkerOptions.Grace"/>
    /// for the rest, and cancels what is left. An unreachable database is waited for.
    /// </summary>
    public Task RunAsync(CancellationToken ct) => RunAsync(untilEmpty: false, ct);

    /// <summary>Works until nothing is due, not waiting for later tries.</summary>
    /// <exception cref="NpgsqlException">The database can't be reached.</exception>
    public Task DrainAsync(CancellationToken ct = default) => RunAsync(untilEmpty: true, ct);

    async Task RunAsync(bool untilEmpty, CancellationToken ct)
    {
        using var abort = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();
        var run = new Run(new HeldMessages(table, Name, options, clock, log), Channel.CreateUnbounded<HeldMessage>(), new Signal(), new Signal());
        var slots = Enumerable.Range(0, options.Parallelism).Select(_ => Task.Run(() => HandleAsync(run, abort.Token), CancellationToken.None)).ToArray();
        var renewing = run.Held.RenewAsync(ended.Token);
        try
        {
            await TakeAsync(run, untilEmpty, ct);
        }
        finally
        {
            run.Buffer.Writer.Complete();
            await ReleaseAsync(run);
            await StopAsync(Task.WhenAll(slots), abort);
            await ended.CancelAsync();
            await renewing;
        }
    }

    async Task TakeAsync(Run run, bool untilEmpty, CancellationToken ct)
    {
        var (target, wait) = (options.Parallelism, options.MinPoll);
        var (lastTake, lastReap) = ((long?)null, (long?)null);
        while (!ct.IsCancellationRequested)
        {
            // Where more is taken than handled at a time, it is taken by halves.
            var room = target - run.Held.Count;
            if (room < (target > options.Parallelism ? target / 2 : 1))
            {
                await run.Finished.WaitAsync(options.MaxPoll, clock, ct);
                continue;
            }

            try
            {
                if (lastReap is not { } reaped || clock.GetElapsedTime(reaped) >= options.MaxPoll)
                {
                    lastReap = clock.GetTimestamp();
                    await ReapAsync(ct);
                }

                // Asked before: what ends after the look may have made room for more of its kind.
                var (now, idle) = (clock.GetTimestamp(), run.Held.Count == 0);
                var (messages, contended) = await table.TakeAsync(handlers.ByKind, room, Name, options.Lease, ct);
                foreach (var message in messages)
                    run.Buffer.Writer.TryWrite(run.Held.Add(message, now));

                if (messages.Count == room)
                {
                    // Handlers that are done before the next look would have been made, do not wait behind a few more; slow ones
                    // would, while another process has nothing to do.
                    target = lastTake is { } last && clock.GetElapsedTime(last, now) < options.MinPoll
                        ? Math.Min(target * 2, Math.Max(options.MaxBatch, options.Parallelism))
                        : Math.Max(target / 2, options.Parallelism);
                    (lastTake, wait) = (now, options.MinPoll);
                    continue;
                }

                if (untilEmpty && idle && messages.Count == 0 && !contended)
                    return;
                wait = contended ? options.MinPoll * Random.Shared.NextDouble() / 5 : messages.Count > 0 ? options.MinPoll : wait;
                await run.Freed.WaitAsync(wait, clock, ct);
                wait = TimeSpan.FromTicks(Math.Clamp(wait.Ticks * 2, options.MinPoll.Ticks, options.MaxPoll.Ticks));
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException error) when (!untilEmpty)
            {
                log.Trouble(error);
                await run.Freed.WaitAsync(options.MaxPoll, clock, ct);
            }
        }
    }

    async Task ReapAsync(CancellationToken ct)
    {
        var ended = await table.FailExpiredAsync(handlers.ByKind, ct);
        if (ended.Count > 0)
            log.Expired(ended.Count, ended.Count(message => message.Dead));
    }

    async Task HandleAsync(Run run, CancellationToken abort)
    {
        await foreach (var held in run.Buffer.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (run.Held.IsOurs(held))
                await runner.RunAsync(held, abort);
            run.Held.Remove(held);
            run.Finished.Set();
            if (handlers.ByKind[held.Message.Kind].Policy.MaxConcurrency is not null)
                run.Freed.Set();
        }
    }

    async Task ReleaseAsync(Run run)
    {
        var unbegun = new List<HeldMessage>();
        while (run.Buffer.Reader.TryRead(out var held))
            unbegun.Add(held);
        try
        {
            if (unbegun.Count > 0)
                await table.ReleaseAsync([.. unbegun.Select(held => held.Message)], Name);
        }
        catch (NpgsqlException error)
        {
            log.Trouble(error); // the leases will run out
        }

        unbegun.ForEach(run.Held.Remove);
    }

    // A handler that ignores its cancellation is left behind, and its lease to run out.
    async Task StopAsync(Task slots, CancellationTokenSource abort)
    {
        try
        {
            await slots.WaitAsync(options.Grace, clock);
        }
        catch (TimeoutException)
        {
            await abort.CancelAsync();
            await slots.WaitAsync(LastGrace, clock).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <param name="Held">What is under lease.</param>
    /// <param name="Buffer">Taken and not begun.</param>
    /// <param name="Finished">A message ended.</param>
    /// <param name="Freed">One of a kind with a limit ended, so that another can be taken.</param>
    sealed record Run(HeldMessages Held, Channel<HeldMessage> Buffer, Signal Finished, Signal Freed);
}
