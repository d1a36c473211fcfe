using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Padron.MartenExtensions;

namespace Padron.Projections;

/// <summary>Brings projections up to date: page by page, each page and its progression in one transaction.</summary>
/// <remarks>
/// Any number of processes run one; the advisory lock makes one of them at a time the leader of a projection. An event that can't be applied is parked, or stops its
/// projection (<see cref="ProjectionDaemonOptions"/>); the other projections go on.
/// </remarks>
public sealed class ProjectionDaemon(
    NpgsqlDataSource dataSource, TimeProvider clock, ProjectionDaemonOptions? options = null, ILogger<ProjectionDaemon>? logger = null)
{
    /// <summary>Events a page at most. Large enough that the fold, not the round trip, is the work; small enough to show progress.</summary>
    public const int DefaultPageSize = 50_000;

    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    readonly HighWaterMark highWaterMark = new(dataSource);
    readonly ProjectionBoard board = new(dataSource);
    readonly ProjectionDaemonOptions options = options ?? new();
    readonly ILogger log = logger ?? NullLogger<ProjectionDaemon>.Instance;

    public int PageSize { get; init; } = DefaultPageSize;

    public IReadOnlyList<Projection> Projections { get; init; } = Projection.All;

    /// <summary>How far the order of events is final.</summary>
    public Task<HighWater> AdvanceAsync(CancellationToken ct = default) => highWaterMark.AdvanceBesidesLoadAsync(ct);

    /// <summary>Applies what has been appended so far to every projection.</summary>
    /// <param name="patience">How long to wait for a projection that another process is writing.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="ct">Stops between pages; what was applied stays.</param>
    /// <returns>False when another process held a projection and did not bring it up to date in time, or when one is paused or stopped.</returns>
    public async Task<bool> CatchUpAsync(TimeSpan patience, IProgress<ProjectionProgress>? progress = null, CancellationToken ct = default)
    {
        var mark = await AdvanceAsync(ct);
        var deadline = clock.GetUtcNow() + patience;
        var all = true;
        foreach (var projection in Projections)
            all &= await CatchUpAsync(projection, projection.TargetAt(mark), deadline, progress, ct);
        return all;
    }

    /// <summary>The same for one projection, up to a mark, and without waiting for who writes it.</summary>
    public Task<bool> CatchUpAsync(Projection projection, HighWater mark, IProgress<ProjectionProgress>? progress = null, CancellationToken ct = default) =>
        CatchUpAsync(projection, projection.TargetAt(mark), deadline: clock.GetUtcNow(), progress, ct);

    public async Task<IReadOnlyList<ProjectionStatus>> StatusAsync(CancellationToken ct = default) =>
        await board.ReadAsync(Projections, await AdvanceAsync(ct), ct);

    /// <summary>Keeps an error that ended a catch-up, for <see cref="ProjectionStatus.LastError"/>.</summary>
    public Task FailedAsync(Projection projection, Exception error, CancellationToken ct = default) => board.FailedAsync(projection, error, ct);

    async Task<bool> CatchUpAsync(Projection projection, long target, DateTimeOffset deadline, IProgress<ProjectionProgress>? progress, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (await FindOutAsync(projection, target, ct) is { } known)
                    return known;
                await using var leader = await ProjectionLeader.LeadAsync(dataSource, projection, ct);
                if (leader is not null)
                    return await RunToAsync(leader, projection, target, progress, ct);
            }
            catch (NpgsqlException error) when (Resilience.IsPassing(error) && clock.GetUtcNow() < deadline)
            {
                // The connection, and with it the leadership, is lost: take it again, the page was rolled back.
            }

            if (clock.GetUtcNow() >= deadline)
                return false;
            await Task.Delay(PollInterval, clock, ct);
        }
    }

    /// <returns>Whether it is up to date; null when it is not and may be brought there.</returns>
    async Task<bool?> FindOutAsync(Projection projection, long target, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        if (await Progression.ReadAsync(connection, projection.ProgressionName, ct) >= target)
            return true;
        return await ProjectionHolds.IsHeldAsync(connection, projection, ct) ? false : null;
    }

    /// <returns>False when it is paused, or an event stopped it.</returns>
    async Task<bool> RunToAsync(ProjectionLeader leader, Projection projection, long target, IProgress<ProjectionProgress>? progress, CancellationToken ct)
    {
        var hunt = new PoisonHunt(PageSize);
        var position = await Progression.ReadAsync(leader.Connection, projection.ProgressionName, ct);
        while (position < target)
        {
            if (await ProjectionHolds.IsHeldAsync(leader.Connection, projection, ct))
                return false;
            var (from, to) = (position, hunt.Next(position, target));
            try
            {
                position = await ProjectionPage.ApplyAsync(leader.Connection, projection, from, to, ct);
            }
            catch (PostgresException error) when (PoisonHunt.IsOfAnEvent(error))
            {
                if (!hunt.Failed(from, to))
                    continue;
                if (!await TryPassAsync(leader, projection, from, error, ct))
                    return false;
                position = to;
            }

            hunt.Passed(position);
            leader.Passed(position - from);
            progress?.Report(new ProjectionProgress(projection.Name, position, target));
        }

        return true;
    }

    /// <returns>False when the projection stops there.</returns>
    async Task<bool> TryPassAsync(ProjectionLeader leader, Projection projection, long from, PostgresException error, CancellationToken ct)
    {
        if (!await ProjectionPage.IsSoundAsync(leader.Connection, projection, from, ct))
            throw new InvalidProjectionException(projection.Name, error);
        var isPassed = await ProjectionPage.TryPassAsync(leader.Connection, projection, from, PoisonHunt.Describe(error), options.MostParkedStreams, ct);
        if (isPassed)
            log.Parked(projection.Name, from + 1, error.SqlState);
        else
            log.Stopped(projection.Name, from + 1, error.SqlState);
        await FailedAsync(projection, error, ct);
        return isPassed;
    }
}

/// <summary>What a daemon logs. The text of an error may quote a value of an event, so it stays in the database.</summary>
static partial class ProjectionDaemonLog
{
    [LoggerMessage(LogLevel.Error, "'{Projection}' could not apply the event at {Position} ({SqlState}): it is a dead letter, and later ones of its stream wait behind it")]
    public static partial void Parked(this ILogger log, string projection, long position, string sqlState);

    [LoggerMessage(LogLevel.Error, "'{Projection}' has stopped before the event at {Position}, which can't be applied ({SqlState})")]
    public static partial void Stopped(this ILogger log, string projection, long position, string sqlState);
}

/// <summary>Another process is writing the projection.</summary>
public sealed class ProjectionBusyException(string name)
    : Exception($"Another process is writing the projection '{name}': stop it, or wait until it is done.");

/// <summary>The projection's statements fail without any event: no event is to blame, so none is parked.</summary>
public sealed class InvalidProjectionException(string name, Exception inner)
    : Exception($"The projection '{name}' can't be run: its statements fail over no event at all.", inner);
