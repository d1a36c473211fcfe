using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Npgsql;
using Padron.MartenExtensions.Daemon;

namespace Padron.Api.Serve;

/// <summary>Lets the meters of projections look every few seconds, and counts what fails in this process.</summary>
sealed class ProjectionWatch(
    ExactProjectionCoordinator coordinator, ProjectionStatuses statuses, ProjectionMetrics metrics, TimeProvider clock, ILogger<ProjectionWatch> log) : BackgroundService
{
    static readonly TimeSpan MetricsInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var failures = coordinator.DaemonForMainDatabase().Tracker.Subscribe(new Failures(metrics));
        try
        {
            while (true)
            {
                await Task.Delay(MetricsInterval, clock, stoppingToken);
                if (metrics.IsObserved)
                    await TryLookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    async Task TryLookAsync(CancellationToken ct)
    {
        try
        {
            metrics.Update(await statuses.ReadAsync(ct));
        }
        catch (NpgsqlException error)
        {
            log.NotSeen(error); // the server may be restarting
        }
    }

    /// <summary>Marten pauses an agent that has failed, and starts it again a second later.</summary>
    sealed class Failures(ProjectionMetrics metrics) : IObserver<ShardState>
    {
        public void OnNext(ShardState value)
        {
            if (value.Action is ShardAction.Paused)
                metrics.Failed(value.ShardName.Split(':')[0]);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}

static partial class ProjectionWatchLog
{
    [LoggerMessage(LogLevel.Warning, "Where the projections stand can't be read; it is tried again")]
    public static partial void NotSeen(this ILogger log, Exception exception);
}
