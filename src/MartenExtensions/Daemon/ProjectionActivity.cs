using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>How fast a projection last was, and what it last failed of, for whoever asks. Forgotten when the server crashes.</summary>
static class ProjectionActivity
{
    const string PassedSql = """
        insert into daemon.activity (name, rate) values ($1, $2) on conflict (name) do update set rate = excluded.rate
        """;

    const string FailedSql = """
        insert into daemon.activity (name, error, failed_at) values ($1, $2, clock_timestamp())
        on conflict (name) do update set error = excluded.error, failed_at = excluded.failed_at
        """;

    /// <param name="rate">Positions a second.</param>
    public static Task PassedAsync(NpgsqlDataSource dataSource, SqlProjection projection, double rate, CancellationToken ct) =>
        ExecuteAsync(dataSource, PassedSql, projection, rate, ct);

    public static Task FailedAsync(NpgsqlDataSource dataSource, SqlProjection projection, Exception error, CancellationToken ct) =>
        ExecuteAsync(dataSource, FailedSql, projection, ProjectionErrors.Describe(error), ct);

    static async Task ExecuteAsync(NpgsqlDataSource dataSource, string sql, SqlProjection projection, object value, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = projection.Name });
        command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }
}
