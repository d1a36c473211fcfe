using System.Diagnostics;
using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;
using Padron.MartenExtensions.Bulk;

namespace Padron.MartenExtensions.Daemon;

/// <summary>The way of one projection through the events: page by page, whoever asks for the next one.</summary>
/// <remarks>An event that can't be applied is found by halving the page, and passed: it becomes a dead letter, or stops the projection.</remarks>
sealed class ProjectionPages(SqlProjection projection, IEventStore<IDocumentOperations, IQuerySession> store, IEventDatabase database, ILogger log)
{
    readonly NpgsqlDataSource dataSource = ((MartenDatabase)database).DataSource;
    readonly PoisonHunt hunt = new(projection.PageSize);

    /// <summary>Whether it must not go on from a position now.</summary>
    public Task<bool> IsHeldAtAsync(long position, CancellationToken ct) => new ProjectionHolds(dataSource).IsHeldAtAsync(projection, position, ct);

    public Task FailedAsync(Exception error, CancellationToken ct) => ProjectionActivity.FailedAsync(dataSource, projection, error, ct);

    /// <summary>Folds one page, or passes one event, or learns that the page has to be smaller.</summary>
    /// <param name="position">Where the projection stands.</param>
    /// <param name="target">Up to where the order of events is final.</param>
    /// <param name="mode">As Marten's daemon has it.</param>
    /// <param name="agent">Null without a daemon.</param>
    /// <param name="ct">Rolls the page back.</param>
    /// <returns>Where the projection stands now: further than the target if another process took it there.</returns>
    /// <exception cref="ProjectionBusyException">Another process moved it back.</exception>
    /// <exception cref="InvalidProjectionException">The statements fail without any event.</exception>
    public async Task<long> NextAsync(long position, long target, ShardExecutionMode mode, ISubscriptionAgent? agent, CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        target = await BelowLoadAsync(target, ct);
        if (target <= position)
            return position; // a load has just begun
        var to = await EndAsync(position, hunt.Next(position, target), ct);
        try
        {
            if (!await TryFoldAsync(position, to, mode, agent, ct))
                return position;
        }
        catch (Exception error) when (ProjectionErrors.WasMoved(error))
        {
            ct.ThrowIfCancellationRequested(); // a batch of Marten's that is cancelled leaves its progression out
            return await FindAsync(position, error, ct);
        }

        hunt.Passed(to);
        await ProjectionActivity.PassedAsync(dataSource, projection, (to - position) / Stopwatch.GetElapsedTime(since).TotalSeconds, ct);
        return to;
    }

    /// <returns>False when an event in it can't be applied, and the page has to be smaller or the projection has stopped.</returns>
    async Task<bool> TryFoldAsync(long from, long to, ShardExecutionMode mode, ISubscriptionAgent? agent, CancellationToken ct)
    {
        try
        {
            await FoldAsync(from, to, letter: null, mode, agent, ct);
            return true;
        }
        catch (Exception error) when (!ProjectionErrors.WasMoved(error) && ProjectionErrors.OfAnEvent(error) is { } poison)
        {
            return hunt.Failed(from, to) && await TryPassAsync(from, poison, mode, agent, ct);
        }
    }

    /// <summary>The page and its progression: one batch of Marten's, one transaction.</summary>
    async Task FoldAsync(long from, long to, DeadLetterEvent? letter, ShardExecutionMode mode, ISubscriptionAgent? agent, CancellationToken ct)
    {
        var range = new EventRange(projection.Shard, from, to, agent!) { Events = [] };
        await using var batch = await store.StartProjectionBatchAsync(range, database, mode, projection.Options, ct);
        var session = batch.SessionForTenant(StorageConstants.DefaultTenantId);
        if (letter is not null)
            session.Store(letter);
        ((ITransactionParticipantRegistrar)session).AddTransactionParticipant(new ProjectionPage(projection, from, to, isPassed: letter is not null));
        await batch.ExecuteAsync(ct);
    }

    // What a bulk load brings appears at its end. Read before the page: a load that begins later has its floor above the page.
    async Task<long> BelowLoadAsync(long target, CancellationToken ct) =>
        projection.WaitsForLoads && await BulkLoad.FloorAsync(dataSource, ct) is { } floor ? Math.Min(target, floor) : target;

    async Task<long> EndAsync(long from, long limit, CancellationToken ct)
    {
        if (projection.PageEnd is null)
            return limit;
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(projection.PageEnd, connection) { CommandTimeout = 0, Parameters = { new() { Value = from }, new() { Value = limit } } };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    // The page was rolled back, so nothing is folded twice: go on from where the other process left the projection.
    async Task<long> FindAsync(long expected, Exception error, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        var found = await Progression.ReadAsync(connection, projection.ProgressionName, ct);
        if (found > expected)
            return found;

        // Marten inserts the first progression, so a row at 0 that somebody left stands in its way.
        await using var remove = new NpgsqlCommand("delete from events.mt_event_progression where name = $1 and last_seq_id = 0", connection)
        {
            Parameters = { new() { Value = projection.ProgressionName } },
        };
        return expected == 0 && await remove.ExecuteNonQueryAsync(ct) == 1 ? 0 : throw new ProjectionBusyException(projection.Name, error);
    }

    /// <summary>Passes the event after a position without applying it: it becomes a dead letter, or when too many streams have one, the projection stops before it.</summary>
    async Task<bool> TryPassAsync(long from, PostgresException error, ShardExecutionMode mode, ISubscriptionAgent? agent, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        if (!await ProjectionPage.IsSoundAsync(connection, projection, from, ct))
            throw new InvalidProjectionException(projection.Name, error);
        await FailedAsync(error, ct);
        if (await PoisonedStreams.CountAsync(connection, projection, ct) >= projection.MostPoisonedStreams)
        {
            await ProjectionHolds.StopAsync(connection, projection, from + 1, ProjectionErrors.Describe(error), ct);
            log.Stopped(projection.Name, from + 1, error.SqlState);
            return false;
        }

        await FoldAsync(from, from + 1, PoisonedStreams.Letter(projection, from + 1, error, store.TimeProvider.GetUtcNow()), mode, agent, ct);
        log.Passed(projection.Name, from + 1, error.SqlState);
        return true;
    }
}
