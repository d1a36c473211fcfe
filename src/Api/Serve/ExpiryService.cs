using Npgsql;
using Padron.Application.Extractions;

namespace Padron.Api.Serve;

/// <summary>Removes the files of extractions when they have been kept for as long as they should be: at the start, and every hour.</summary>
sealed class ExpiryService(ExpiredFiles files, TimeProvider clock, ILogger<ExpiryService> log) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await files.RemoveAsync(stoppingToken) is > 0 and var removed)
                    log.Removed(removed);
            }
            catch (Exception error) when (error is NpgsqlException or IOException or UnauthorizedAccessException)
            {
                log.NotRemoved(error); // what is left is found in an hour
            }

            await Task.Delay(Pause, clock, stoppingToken);
        }
    }
}

static partial class ExpiryServiceLog
{
    [LoggerMessage(LogLevel.Information, "Removed the files of {Extractions} extractions, which had been kept for long enough")]
    public static partial void Removed(this ILogger log, int extractions);

    [LoggerMessage(LogLevel.Warning, "Files of extractions that are kept no longer could not be removed")]
    public static partial void NotRemoved(this ILogger log, Exception exception);
}
