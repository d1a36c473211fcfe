using Microsoft.Extensions.Diagnostics.HealthChecks;
using Padron.Application.Caching;

namespace Padron.Api.Serve;

/// <summary>Without its shared cache the process is slower, and neither wrong nor down: degraded, which is answered with 200.</summary>
sealed class CacheHealth(ISharedCache cache) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await cache.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (SharedCacheUnavailableException error)
        {
            return HealthCheckResult.Degraded($"{error.Message} Counts are computed each time.");
        }
    }
}
