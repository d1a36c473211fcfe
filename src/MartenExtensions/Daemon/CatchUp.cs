using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Padron.MartenExtensions.Bulk;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Position reached of the position aimed for, in one projection.</summary>
public readonly record struct ProjectionProgress(string Name, long Position, long Target);

/// <summary>Brings projections up to date in this process, for commands that run once. It starts no agent and no timer.</summary>
/// <remarks>
/// It takes no lead. A page writes the row of the progression first, and the fence sees who did, so that a leader and a catch-up may fold in turns: whoever comes
/// second goes on from where the other left the projection.
/// </remarks>
/// <param name="sessions">The register; its store is built only when there is something to fold.</param>
/// <param name="projections">All of the store's.</param>
/// <param name="clock">Measures patience.</param>
/// <param name="logger">Told of events that can't be applied.</param>
public sealed class CatchUp(EventSessions sessions, IReadOnlyList<SqlProjection> projections, TimeProvider clock, ILogger<CatchUp>? logger = null)
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    readonly NpgsqlDataSource dataSource = sessions.DataSource;
    readonly ILogger log = logger ?? NullLogger<CatchUp>.Instance;

    /// <summary>How many positions the projections are behind the last event, together: 0 when nothing is to do.</summary>
    public async Task<long> BehindAsync(CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand(
            """
            select coalesce(sum(greatest(0, e.last - coalesce(p.last_seq_id, 0))), 0)::bigint
              from unnest($1) n (name)
             cross join (select coalesce(max(seq_id), 0) as last from events.mt_events) e
              left join events.mt_event_progression p on p.name = n.name
            """);
        command.Parameters.Add(new() { Value = projections.Select(projection => projection.ProgressionName).ToArray() });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Applies what has been appended so far to every projection.</summary>
    /// <param name="patience">How long to wait for a projection that another process is writing.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="ct">Stops between pages; what was applied stays.</param>
    /// <returns>False when another process held a projection and did not bring it up to date in time, or when one is paused or stopped.</returns>
    /// <exception cref="InvalidProjectionException">A projection can't be run.</exception>
    public Task<bool> RunAsync(TimeSpan patience, IProgress<ProjectionProgress>? progress = null, CancellationToken ct = default) =>
        RunAsync(projections, patience, progress, ct);

    /// <summary>The same for one projection.</summary>
    public Task<bool> RunAsync(SqlProjection projection, TimeSpan patience, IProgress<ProjectionProgress>? progress = null, CancellationToken ct = default) =>
        RunAsync([projection], patience, progress, ct);

    /// <summary>The same for some.</summary>
    public async Task<bool> RunAsync(IReadOnlyList<SqlProjection> some, TimeSpan patience, IProgress<ProjectionProgress>? progress = null, CancellationToken ct = default)
    {
        if (await IsUpToDateAsync(some, ct))
            return true;
        var target = await new ExactHighWaterDetector(dataSource).AdvanceAsync(ct);
        var deadline = clock.GetUtcNow() + patience;
        var all = true;
        var floor = await BulkLoad.FloorAsync(dataSource, ct);
        foreach (var projection in some)
            all &= await RunAsync(projection, projection.WaitsForLoads ? Math.Min(target, floor ?? target) : target, deadline, progress, ct);
        return all;
    }

    async Task<bool> RunAsync(SqlProjection projection, long target, DateTimeOffset deadline, IProgress<ProjectionProgress>? progress, CancellationToken ct)
    {
        var store = sessions.Store;
        var pages = new ProjectionPages(projection, (IEventStore<IDocumentOperations, IQuerySession>)store, (IEventDatabase)store.Storage.Database, log);
        while (true)
        {
            try
            {
                var (position, isFree) = await FindAsync(projection, ct);
                if (position >= target)
                    return true;
                if (await pages.IsHeldAtAsync(position, ct))
                    return false;
                if (isFree)
                {
                    position = await pages.NextAsync(position, target, ShardExecutionMode.Continuous, agent: null, ct);
                    progress?.Report(new(projection.Name, Math.Min(position, target), target));
                    continue;
                }
            }
            catch (NpgsqlException error) when (Resilience.IsPassing(error) && clock.GetUtcNow() < deadline)
            {
                // The connection is lost and the page was rolled back: try again.
            }

            if (clock.GetUtcNow() >= deadline)
                return false;
            await Task.Delay(PollInterval, clock, ct);
        }
    }

    // Against the highest event and not the mark, so that one query tells that there is nothing to do.
    async Task<bool> IsUpToDateAsync(IReadOnlyList<SqlProjection> some, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            """
            select count(*) = cardinality($1)
              from events.mt_event_progression
             where name = any ($1) and last_seq_id >= (select max(seq_id) from events.mt_events)
            """);
        command.Parameters.Add(new() { Value = some.Select(projection => projection.ProgressionName).ToArray() });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <returns>Where the projection stands, and whether no other process is folding a page of it.</returns>
    async Task<(long Position, bool IsFree)> FindAsync(SqlProjection projection, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            """
            with free as materialized (
                select name from events.mt_event_progression where name = $1 for update skip locked
            )
            select last_seq_id, exists (select from free) from events.mt_event_progression where name = $1
            """);
        command.Parameters.Add(new() { Value = projection.ProgressionName });
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt64(0), reader.GetBoolean(1)) : (0, true); // it never ran
    }
}
