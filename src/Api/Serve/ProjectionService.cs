using Npgsql;
using Padron.MartenExtensions;
using Padron.Projections;

namespace Padron.Api.Serve;

/// <summary>Keeps the read models up to date while the process runs. Projections take their turns beside each other, so that none waits for another's page.</summary>
sealed class ProjectionService(ProjectionDaemon daemon, ProjectionPulse pulse, ProjectionMetrics metrics, TimeProvider clock, ILogger<ProjectionService> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);
    static readonly TimeSpan MetricsInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var turns = daemon.Projections.ToDictionary(projection => projection.Name, _ => Task.CompletedTask);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var pause = await TryGoRoundAsync(turns, stoppingToken) ? Pause : PauseAfterFailure;
                pulse.Beat();
                await Task.Delay(pause, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops. To a host that could not start, this exception would be a failure of ours.
        }
        finally
        {
            await Task.WhenAll(turns.Values);
        }
    }

    async Task<bool> TryGoRoundAsync(Dictionary<string, Task> turns, CancellationToken ct)
    {
        try
        {
            var mark = await daemon.AdvanceAsync(ct);
            foreach (var projection in daemon.Projections.Where(projection => turns[projection.Name].IsCompleted))
            {
                await turns[projection.Name]; // a failure that it does not expect ends the process
                turns[projection.Name] = TakeTurnAsync(projection, mark, ct);
            }

            if (metrics.IsObserved && clock.GetElapsedTime(metrics.UpdatedAt) >= MetricsInterval)
                metrics.Update(await daemon.StatusAsync(ct));
            return true;
        }
        catch (NpgsqlException error)
        {
            // The server may be restarting; whatever was not committed is applied when it is back.
            log.NoMark(error);
            return false;
        }
    }

    async Task TakeTurnAsync(Projection projection, HighWater mark, CancellationToken ct)
    {
        try
        {
            await daemon.CatchUpAsync(projection, mark, ct: ct);
        }
        catch (ProjectionBusyException)
        {
            // Another process took over in this moment: it projects now.
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process stops; the page was rolled back.
        }
        catch (Exception error) when (error is NpgsqlException or InvalidProjectionException)
        {
            log.Failed(projection.Name, error);
            await TellAsync(projection, error, ct);
        }
    }

    async Task TellAsync(Projection projection, Exception error, CancellationToken ct)
    {
        metrics.Failed(projection);
        try
        {
            await daemon.FailedAsync(projection, error, ct);
            await Task.Delay(PauseAfterFailure, clock, ct);
        }
        catch (Exception trouble) when (trouble is NpgsqlException or OperationCanceledException)
        {
            // It is in the log, and the database may be what has failed.
        }
    }
}

static partial class ProjectionServiceLog
{
    [LoggerMessage(LogLevel.Warning, "Projecting '{Projection}' failed and is tried again")]
    public static partial void Failed(this ILogger log, string projection, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The high-water mark can't be read; it is tried again")]
    public static partial void NoMark(this ILogger log, Exception exception);
}
