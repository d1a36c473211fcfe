using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Cuts what Marten's agent asks for into pages. A projection that is held waits here, so that the agent stays in place.</summary>
sealed class SqlProjectionExecution(ProjectionPages pages, IEventDatabase database, ShardName shard, ILogger logger)
    : SubscriptionExecutionBase(database, shard, logger)
{
    static readonly TimeSpan HoldPollInterval = TimeSpan.FromMilliseconds(200);

    protected override async Task executeRangeAsync(IEventDatabase database, EventRange range, ShardExecutionMode mode, CancellationToken cancellationToken)
    {
        // The execution's own token ends only after the last page. The agent's ends when the agent is asked to stop.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, (range.Agent as SubscriptionAgent)?.CancellationToken ?? CancellationToken.None);
        try
        {
            for (var position = range.SequenceFloor; position < range.SequenceCeiling;)
            {
                while (await pages.IsHeldAtAsync(position, stopping.Token))
                    await Task.Delay(HoldPollInterval, stopping.Token);
                stopping.Token.ThrowIfCancellationRequested();
                position = await pages.NextAsync(position, range.SequenceCeiling, mode, range.Agent, cancellationToken);
                if (position < range.SequenceCeiling)
                    await range.Agent.MarkSuccessAsync(position);
            }
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            await NoteAsync(error);
            throw; // Marten pauses the agent and starts it again
        }
    }

    async Task NoteAsync(Exception error)
    {
        try
        {
            await pages.FailedAsync(error, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The server is away; Marten logs the error that was to be noted.
        }
    }
}
