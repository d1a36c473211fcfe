using Npgsql;
using Padron.EventStore;

namespace Padron.Projections;

/// <summary>Where a projection stands.</summary>
/// <param name="Name">The projection.</param>
/// <param name="Position">Last position applied.</param>
/// <param name="HighWaterMark">Position up to which the events it folds are final.</param>
/// <param name="UpdatedAt">When it last moved; null when it never ran.</param>
public sealed record ProjectionStatus(string Name, long Position, long HighWaterMark, DateTimeOffset? UpdatedAt)
{
    public long Behind => HighWaterMark - Position;
}

/// <summary>Position reached of the position aimed for, in one projection.</summary>
public readonly record struct ProjectionProgress(string Name, long Position, long Target);

/// <summary>Brings projections up to date: page by page, each page and its progression in one transaction.</summary>
public sealed class ProjectionDaemon(NpgsqlDataSource dataSource, TimeProvider clock)
{
    /// <summary>Events a page at most. Large enough that the fold, not the round trip, is the work; small enough to show progress.</summary>
    public const int DefaultPageSize = 50_000;

    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    readonly HighWaterMark highWaterMark = new(dataSource);

    public int PageSize { get; init; } = DefaultPageSize;

    public IReadOnlyList<Projection> Projections { get; init; } = Projection.All;

    /// <summary>Applies what has been appended so far to every projection.</summary>
    /// <param name="patience">How long to wait for a projection that another process is writing.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="ct">Stops between pages; what was applied stays.</param>
    /// <returns>False when another process held a projection and did not bring it up to date in time.</returns>
    public async Task<bool> CatchUpAsync(TimeSpan patience, IProgress<ProjectionProgress>? progress = null, CancellationToken ct = default)
    {
        var mark = await highWaterMark.AdvanceBesidesLoadAsync(ct);
        var deadline = clock.GetUtcNow() + patience;
        var all = true;
        foreach (var projection in Projections)
            all &= await CatchUpAsync(projection, projection.TargetAt(mark), deadline, progress, ct);
        return all;
    }

    public async Task<IReadOnlyList<ProjectionStatus>> StatusAsync(CancellationToken ct = default)
    {
        var mark = await highWaterMark.AdvanceBesidesLoadAsync(ct);
        await using var command = dataSource.CreateCommand("select name, last_seq_id, last_updated from events.mt_event_progression");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new Dictionary<string, (long Position, DateTimeOffset UpdatedAt)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            rows.Add(reader.GetString(0), (reader.GetInt64(1), await reader.GetFieldValueAsync<DateTimeOffset>(2, ct)));
        return
        [
            .. Projections.Select(projection => rows.TryGetValue(projection.ProgressionName, out var row)
                ? new ProjectionStatus(projection.Name, row.Position, projection.TargetAt(mark), row.UpdatedAt)
                : new ProjectionStatus(projection.Name, 0, projection.TargetAt(mark), null)),
        ];
    }

    async Task<bool> CatchUpAsync(Projection projection, long target, DateTimeOffset deadline, IProgress<ProjectionProgress>? progress, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (await IsAtAsync(projection, target, ct))
                    return true;
                await using var leader = await ProjectionLeader.TryAsync(dataSource, projection, ct);
                if (leader is not null)
                {
                    await RunToAsync(leader, projection, target, progress, ct);
                    return true;
                }
            }
            catch (NpgsqlException error) when (error.IsTransient && clock.GetUtcNow() < deadline)
            {
                // The connection, and with it the leadership, is lost: take it again, the page was rolled back.
            }

            if (clock.GetUtcNow() >= deadline)
                return false;
            await Task.Delay(PollInterval, clock, ct);
        }
    }

    async Task<bool> IsAtAsync(Projection projection, long target, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        return await Progression.ReadAsync(connection, projection.ProgressionName, ct) >= target;
    }

    async Task RunToAsync(ProjectionLeader leader, Projection projection, long target, IProgress<ProjectionProgress>? progress, CancellationToken ct)
    {
        var position = await Progression.ReadAsync(leader.Connection, projection.ProgressionName, ct);
        while (position < target)
        {
            position = await ProjectionPage.ApplyAsync(leader.Connection, projection, position, Math.Min(position + PageSize, target), ct);
            progress?.Report(new ProjectionProgress(projection.Name, position, target));
        }
    }
}

/// <summary>Another process is writing the projection.</summary>
public sealed class ProjectionBusyException(string name)
    : Exception($"Another process is writing the projection '{name}': stop it, or wait until it is done.");
