using System.Diagnostics.CodeAnalysis;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Descriptors;
using JasperFx.Events.Projections;
using JasperFx.Events.Subscriptions;
using Marten;
using Microsoft.Extensions.Logging;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Tables folded from events by SQL, under Marten's daemon. No event leaves PostgreSQL.</summary>
public sealed class SqlProjection : ProjectionBase, IProjectionSource<IDocumentOperations, IQuerySession>, ISubscriptionFactory<IDocumentOperations, IQuerySession>
{
    /// <summary>Large enough that the fold, not the round trip, is the work; small enough to show progress.</summary>
    public const int DefaultPageSize = 50_000;

    /// <param name="name">What operators call it.</param>
    /// <param name="tables">All tables it writes, schema-qualified. Nobody else writes them, and Marten's own rebuild empties them.</param>
    /// <param name="statements">Run in order for a range of positions: $1 exclusive floor, $2 inclusive ceiling. No statement reads a clock.</param>
    public SqlProjection(string name, IReadOnlyList<string> tables, IReadOnlyList<string> statements)
    {
        Name = name;
        Tables = tables;
        Statements = statements;
        Options.BatchSize = 0; // Marten's loader asks for "limit 0": it reads no event, and the range ends at the high-water mark
        Options.MaximumHopperSize = 1; // one range in flight
        foreach (var table in tables)
            Options.DeleteDataInTableOnTeardown(table);
    }

    public IReadOnlyList<string> Tables { get; }

    public IReadOnlyList<string> Statements { get; }

    /// <summary>
    /// A query that says where a page ends: $1 is the page's exclusive floor, $2 the last position it could have. It gives the last position that it has. It
    /// runs before the page, on a connection of its own, so it must not write. Null where a page may end anywhere.
    /// </summary>
    public string? PageEnd { get; init; }

    /// <summary>
    /// A statement that runs first in a page and over all of it, with the events that are left out of the fold. It must be safe to repeat over an event. Null
    /// where there is nothing to do once a page.
    /// </summary>
    public string? PageStart { get; init; }

    /// <summary>
    /// Whether it stands still while a bulk load is under way, whose events appear at its end, below the high-water mark. False only for what folds no event that a
    /// load could bring.
    /// </summary>
    public bool WaitsForLoads { get; init; } = true;

    /// <summary>Positions a page at most.</summary>
    public int PageSize { get; init; } = DefaultPageSize;

    /// <summary>How many streams may have a dead letter before the projection stops at the next event that fails. 0 stops it at the first.</summary>
    public int MostPoisonedStreams { get; init; } = 100;

    /// <summary>False only in the test that shows what happens without the fence.</summary>
    internal bool IsFenced { get; init; } = true;

    /// <summary>The same projection for a store of its own: Marten keeps state in the one that it is given.</summary>
    /// <param name="mostPoisonedStreams">As <see cref="MostPoisonedStreams"/>.</param>
    /// <param name="pageSize">As <see cref="PageSize"/>.</param>
    public SqlProjection With(int mostPoisonedStreams, int pageSize = DefaultPageSize) =>
        new(Name, Tables, Statements) { PageEnd = PageEnd, PageStart = PageStart, PageSize = pageSize, Version = Version, WaitsForLoads = WaitsForLoads, MostPoisonedStreams = mostPoisonedStreams };

    internal ShardName Shard => ShardName.Compose(Name, version: Version);

    /// <summary>Its row in <c>mt_event_progression</c>.</summary>
    public string ProgressionName => Shard.Identity;

    public SubscriptionType Type => SubscriptionType.EventProjection;

    public Type ImplementationType => GetType();

    /// <summary>The projections of this kind that a store runs under its daemon, in the order in which they were added.</summary>
    public static IReadOnlyList<SqlProjection> In(IDocumentStore store) => [.. ((DocumentStore)store).Options.Projections.All.OfType<SqlProjection>()];

    public ShardName[] ShardNames() => [Shard];

    public SubscriptionDescriptor Describe(IEventStore store) => new(this, store);

    public IReadOnlyList<AsyncShard<IDocumentOperations, IQuerySession>> Shards() => [new(Options, ShardRole.Projection, Shard, this, this)];

    public IInlineProjection<IDocumentOperations> BuildForInline() => throw new NotSupportedException("A projection in SQL runs under the daemon only.");

    public bool TryBuildReplayExecutor(
        IEventStore<IDocumentOperations, IQuerySession> store, IEventDatabase database, [NotNullWhen(true)] out IReplayExecutor? executor)
    {
        executor = null;
        return false;
    }

    public ISubscriptionExecution BuildExecution(
        IEventStore<IDocumentOperations, IQuerySession> store, IEventDatabase database, ILoggerFactory loggerFactory, ShardName shardName) =>
        BuildExecution(store, database, loggerFactory.CreateLogger<SqlProjection>(), shardName);

    public ISubscriptionExecution BuildExecution(
        IEventStore<IDocumentOperations, IQuerySession> store, IEventDatabase database, ILogger logger, ShardName shardName) =>
        new SqlProjectionExecution(new ProjectionPages(this, store, database, logger), database, shardName, logger);
}
