using Padron.MartenExtensions.Queue;

namespace Padron.Api.Serve;

/// <summary>Works off the durable queue while the process runs; stopping lets what is running finish.</summary>
sealed class QueueService(QueueWorker worker) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(stoppingToken);
}
