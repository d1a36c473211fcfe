using Npgsql;

namespace Padron.MartenExtensions.Queue;

/// <summary>Runs one try of a message from its handler to its end: removed, to be tried later, or dead.</summary>
sealed class MessageRunner(EventSessions sessions, QueueTable table, MessageHandlers handlers, TimeProvider clock, QueueLog log)
{
    const int LongestError = 4000;

    /// <param name="held">The message.</param>
    /// <param name="stopped">The worker's grace is over: the handler is cancelled.</param>
    /// <returns>Nothing, and throws nothing: every end is recorded in the database, or left to the lease.</returns>
    public async Task RunAsync(HeldMessage held, CancellationToken stopped)
    {
        var message = held.Message;
        var handler = handlers.ByKind[message.Kind];
        try
        {
            await using var context = new MessageContext(sessions, handlers.Types, table, message);
            await HandleAsync(handler, held, context, stopped);
            if (!await context.CompleteAsync())
                log.Lost(message.Kind, message.Id, message.Attempt);
        }
        catch (Exception error)
        {
            // A commit whose answer was lost ends here as well: if it was done, there is no message left to fail.
            await FailAsync(handler.Policy, held, error, stopped.IsCancellationRequested);
        }
    }

    async Task HandleAsync(RegisteredHandler handler, HeldMessage held, MessageContext context, CancellationToken stopped)
    {
        using var timeout = new CancellationTokenSource(handler.Policy.Timeout, clock);
        await using var giveUp = timeout.Token.Register(() => held.IsTimedOut = true);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, timeout.Token, stopped);
        try
        {
            await handler.HandleAsync(held.Message.Body, context, any.Token);
        }
        catch (OperationCanceledException error) when (any.IsCancellationRequested)
        {
            throw new MessageInterruptedException(
                timeout.IsCancellationRequested ? $"The handler did not finish within {handler.Policy.Timeout}."
                : held.IsLost ? "The lease was lost."
                : "The worker was stopped before the handler had finished.",
                error);
        }
    }

    async Task FailAsync(MessagePolicy policy, HeldMessage held, Exception error, bool stopped)
    {
        var message = held.Message;
        var text = error.ToString().Replace("\0", "", StringComparison.Ordinal); // PostgreSQL's text can't hold it
        if (stopped && error is MessageInterruptedException)
            policy = policy with { FirstDelay = TimeSpan.Zero }; // its own fault it was not, but for ever it shall not be begun either
        if (error is MessageRejectedException)
            policy = policy with { MaxAttempts = 0 };
        var attempt = new FailedAttempt(message.Id, message.Worker, message.Attempt, text.Length > LongestError ? text[..LongestError] : text, policy);
        try
        {
            var dead = await Resilience.Pipeline.ExecuteAsync(async _ => await table.FailAsync(attempt), CancellationToken.None);
            switch (dead)
            {
                case true:
                    log.Dead(message.Kind, message.Id, message.Attempt, error.GetType().Name);
                    break;
                case false:
                    log.Retrying(message.Kind, message.Id, message.Attempt, error.GetType().Name);
                    break;
                default:
                    log.Lost(message.Kind, message.Id, message.Attempt);
                    break;
            }
        }
        catch (Exception trouble) when (trouble is NpgsqlException or TimeoutException)
        {
            log.Unrecorded(message.Kind, message.Id, message.Attempt, trouble);
        }
    }
}

/// <summary>A handler was cancelled: by its time limit, by a lost lease, or by the end of its worker.</summary>
sealed class MessageInterruptedException(string message, Exception inner) : Exception(message, inner);
