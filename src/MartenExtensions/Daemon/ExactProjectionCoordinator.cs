using JasperFx.Events.Daemon;
using Marten;
using Marten.Events.Daemon;
using Marten.Events.Daemon.Coordination;
using Marten.Storage;
using Microsoft.Extensions.Logging;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Marten's coordinator, which leads, watches, pauses and restarts, with a daemon whose high-water mark is exact.</summary>
public sealed class ExactProjectionCoordinator(IDocumentStore store, ILoggerFactory loggers)
    : ProjectionCoordinator(store, loggers.CreateLogger<ProjectionCoordinator>())
{
    readonly Lock gate = new();
    ProjectionDaemon? daemon;

    public override IProjectionDaemon DaemonForMainDatabase()
    {
        lock (gate)
        {
            var database = (MartenDatabase)Store.Tenancy.Default.Database;
            return daemon ??= new ProjectionDaemon(Store, database, loggers, new ExactHighWaterDetector(database.DataSource, database.DatabaseUri));
        }
    }

    public override ValueTask<IProjectionDaemon> DaemonForDatabase(string databaseIdentifier) => new(DaemonForMainDatabase());

    public override ValueTask<IReadOnlyList<IProjectionDaemon>> AllDaemonsAsync() => new([DaemonForMainDatabase()]);

    protected override IProjectionDaemon ResolveDaemon(IProjectionSet set) => DaemonForMainDatabase();

    protected override IReadOnlyList<IProjectionDaemon> ResolvedDaemons()
    {
        lock (gate)
            return daemon is { } one ? [one] : [];
    }

    protected override void ClearResolvedDaemons()
    {
        lock (gate)
            daemon = null;
    }
}
