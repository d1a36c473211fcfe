using Npgsql;
using Padron.MartenExtensions;

namespace Padron.Projections;

/// <summary>Where projections stand, whichever process folds them, and what they last failed of.</summary>
sealed class ProjectionBoard(NpgsqlDataSource dataSource)
{
    static readonly string StatusSql = EmbeddedSql.Beside(typeof(ProjectionBoard), "status.sql");

    /// <summary>Of a projection that nobody led yet, the failing process stands for the leader.</summary>
    const string FailedSql = """
        insert into projections.activity (name, process, led_at, beaten_at, error, failed_at) values ($1, $2, clock_timestamp(), clock_timestamp(), $3, clock_timestamp())
        on conflict (name) do update set error = excluded.error, failed_at = excluded.failed_at
        """;

    public async Task<IReadOnlyList<ProjectionStatus>> ReadAsync(IReadOnlyList<Projection> projections, HighWater mark, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(StatusSql);
        command.Parameters.Add(new() { Value = projections.Select(projection => projection.Name).ToArray() });
        command.Parameters.Add(new() { Value = projections.Select(projection => projection.ProgressionName).ToArray() });
        command.Parameters.Add(new() { Value = projections.Select(projection => projection.TargetAt(mark)).ToArray() });
        command.Parameters.Add(new() { Value = projections.Select(projection => projection.LeaderLock).ToArray() });
        command.Parameters.Add(new() { Value = Heartbeat.Silence });
        command.Parameters.Add(new() { Value = HighWaterMark.ProgressionName });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var status = new List<ProjectionStatus>(projections.Count);
        while (await reader.ReadAsync(ct))
            status.Add(Read(reader, projections[status.Count].TargetAt(mark)));
        return status;
    }

    /// <summary>Keeps an error for whoever asks.</summary>
    public async Task FailedAsync(Projection projection, Exception error, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(FailedSql);
        command.Parameters.Add(new() { Value = projection.Name });
        command.Parameters.Add(new() { Value = ProjectionLeader.ThisProcess });
        command.Parameters.Add(new() { Value = PoisonHunt.Describe(error) });
        await command.ExecuteNonQueryAsync(ct);
    }

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
