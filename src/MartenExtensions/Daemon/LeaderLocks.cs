using JasperFx.Events.Daemon;
using Marten;

namespace Padron.MartenExtensions.Daemon;

/// <summary>The advisory locks by which Marten's coordinator makes one process the leader of a projection.</summary>
static class LeaderLocks
{
    /// <summary>For each projection that the store runs under its daemon, the key of its lock.</summary>
    public static IReadOnlyList<(string Name, long Key)> Of(IDocumentStore store)
    {
        var options = ((DocumentStore)store).Options;
        return
        [
            .. options.Projections.AllShards()
                .Select(shard => (shard.Name.Identity, (long)ProjectionLockIds.Compute(options.Events.DatabaseSchemaName, shard.Name, options.Projections.DaemonLockId))),
        ];
    }
}
