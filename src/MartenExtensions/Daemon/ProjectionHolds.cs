using Npgsql;
using NpgsqlTypes;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Projections that shall not go on: paused by an operator, or stopped by an event. They go on when somebody resumes them.</summary>
public sealed class ProjectionHolds(NpgsqlDataSource dataSource)
{
    /// <summary>A leader stops after the page it is at.</summary>
    /// <returns>False when it was paused or stopped already.</returns>
    public async Task<bool> PauseAsync(SqlProjection projection, string by, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        return await HoldAsync(connection, projection, position: null, error: null, by, ct);
    }

    /// <returns>False when it was neither paused nor stopped.</returns>
    public async Task<bool> ResumeAsync(SqlProjection projection, CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand("delete from daemon.holds where name = $1");
        command.Parameters.Add(new() { Value = projection.Name });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    public async Task<bool> IsHeldAsync(SqlProjection projection, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        return await IsHeldAsync(connection, projection, ct);
    }

    /// <summary>Whether a projection must not go on from a position: it is held, or a bulk load is bringing in events behind it.</summary>
    internal async Task<bool> IsHeldAtAsync(SqlProjection projection, long position, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            "select exists (select from daemon.holds where name = $1) or $2 and exists (select from bulk.load where floor <= $3)");
        command.Parameters.Add(new() { Value = projection.Name });
        command.Parameters.Add(new() { Value = projection.WaitsForLoads });
        command.Parameters.Add(new() { Value = position });
        return await command.ExecuteScalarAsync(ct) is true;
    }

    internal static Task StopAsync(NpgsqlConnection connection, SqlProjection projection, long position, string error, CancellationToken ct) =>
        HoldAsync(connection, projection, position, error, by: null, ct);

    internal static async Task<bool> IsHeldAsync(NpgsqlConnection connection, SqlProjection projection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select exists (select from daemon.holds where name = $1)", connection)
        {
            Parameters = { new() { Value = projection.Name } },
        };
        return await command.ExecuteScalarAsync(ct) is true;
    }

    static async Task<bool> HoldAsync(NpgsqlConnection connection, SqlProjection projection, long? position, string? error, string? by, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into daemon.holds (name, position, error, held_by) values ($1, $2, $3, $4) on conflict (name) do nothing", connection)
        {
            Parameters =
            {
                new() { Value = projection.Name },
                new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = (object?)position ?? DBNull.Value },
                new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)error ?? DBNull.Value },
                new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)by ?? DBNull.Value },
            },
        };
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
