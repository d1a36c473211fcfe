using Npgsql;
using Padron.Projections;

namespace Padron.Api.Serve;

/// <summary>Keeps the read models up to date while the process runs.</summary>
sealed class ProjectionService(ProjectionDaemon daemon, TimeProvider clock, ILogger<ProjectionService> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Pause;
            try
            {
                await daemon.CatchUpAsync(patience: TimeSpan.Zero, ct: stoppingToken);
            }
            catch (NpgsqlException error)
            {
                // The server may be restarting; whatever was not committed is applied when it is back.
                log.Failed(error);
                pause = PauseAfterFailure;
            }
            catch (ProjectionBusyException)
            {
                // Another process took over in this moment: it projects now.
            }

            await Task.Delay(pause, clock, stoppingToken);
        }
    }
}

static partial class ProjectionServiceLog
{
    [LoggerMessage(LogLevel.Warning, "Projecting failed and is tried again")]
    public static partial void Failed(this ILogger log, Exception exception);
}
