using Marten;
using Marten.Storage;
using Npgsql;
using Padron.MartenExtensions.Bulk;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Where projections stand, whichever process folds them, and what they last failed of.</summary>
public sealed class ProjectionStatuses(IDocumentStore store)
{
    static readonly string StatusSql = EmbeddedSql.Beside(typeof(ProjectionStatuses), "status.sql");

    readonly NpgsqlDataSource dataSource = ((MartenDatabase)store.Storage.Database).DataSource;
    readonly ExactHighWaterDetector mark = new(((MartenDatabase)store.Storage.Database).DataSource);

    /// <summary>Of every projection of the store, in the order in which they were added.</summary>
    public async Task<IReadOnlyList<ProjectionStatus>> ReadAsync(CancellationToken ct = default)
    {
        var projections = SqlProjection.In(store);
        var keys = LeaderLocks.Of(store).ToDictionary(projection => projection.Name, projection => projection.Key);
        var target = await mark.AdvanceAsync(ct);
        var floor = await BulkLoad.FloorAsync(dataSource, ct) ?? target;
        var targets = projections.Select(projection => projection.WaitsForLoads ? Math.Min(target, floor) : target).ToArray();
        await using var command = dataSource.CreateCommand(StatusSql);
        command.Parameters.Add(new() { Value = projections.Select(projection => projection.Name).ToArray() });
        command.Parameters.Add(new() { Value = projections.Select(projection => projection.ProgressionName).ToArray() });
        command.Parameters.Add(new() { Value = projections.Select(projection => keys[projection.ProgressionName]).ToArray() });
        command.Parameters.Add(new() { Value = targets });
        command.Parameters.Add(new() { Value = LeaderWatch.Silence });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var statuses = new List<ProjectionStatus>(projections.Count);
        while (await reader.ReadAsync(ct))
            statuses.Add(Read(reader, targets[statuses.Count]));
        return statuses;
    }

    /// <summary>Keeps an error that ended a catch-up, for <see cref="ProjectionStatus.LastError"/>.</summary>
    public Task FailedAsync(SqlProjection projection, Exception error, CancellationToken ct = default) =>
        ProjectionActivity.FailedAsync(dataSource, projection, error, ct);

    static ProjectionStatus Read(NpgsqlDataReader row, long target) => new(row.GetString(0), row.GetInt64(1), target, Time(row, 2))
    {
        LagSeconds = Seconds(row, 3),
        StalledSeconds = Seconds(row, 4),
        Rate = row[5] as double?,
        LastError = row[6] as string,
        LastErrorAt = Time(row, 7),
        Leader = row[8] as string,
        LedSince = Time(row, 9),
        IsLed = row.GetBoolean(10),
        Hold = row.GetBoolean(11) ? new ProjectionHold(row[12] as long?, row[13] as string, row[14] as string, row.GetFieldValue<DateTimeOffset>(15)) : null,
        DeadLetters = row.GetInt64(16),
        Waiting = row.GetInt64(17),
        MarkAgeSeconds = Seconds(row, 18),
        MarkStalledSeconds = Seconds(row, 19),
    };

    static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    static double? Seconds(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Math.Round(row.GetDouble(column), 1);
}
