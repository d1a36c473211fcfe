using Npgsql;

namespace Padron.Projections;

/// <summary>The right to write a projection: an advisory lock on the very connection that writes, so that losing one loses both.</summary>
public sealed class ProjectionLeader : IAsyncDisposable
{
    readonly string lockName;

    ProjectionLeader(NpgsqlConnection connection, string lockName)
    {
        Connection = connection;
        this.lockName = lockName;
    }

    public NpgsqlConnection Connection { get; }

    /// <returns>Null when another process writes the projection.</returns>
    public static async Task<ProjectionLeader?> TryAsync(NpgsqlDataSource dataSource, Projection projection, CancellationToken ct = default)
    {
        var connection = await dataSource.OpenConnectionAsync(ct);
        try
        {
            await using var command = Lock(connection, "select pg_try_advisory_lock(hashtextextended($1, 0))", projection.LeaderLock);
            if (await command.ExecuteScalarAsync(ct) is true)
                return new ProjectionLeader(connection, projection.LeaderLock);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>As <see cref="TryAsync"/>, after the process that writes it.</summary>
    /// <exception cref="ProjectionBusyException">It goes on writing for minutes.</exception>
    public static async Task<ProjectionLeader> WaitAsync(NpgsqlDataSource dataSource, Projection projection, CancellationToken ct = default)
    {
        for (var tries = 0; tries < 1_200; tries++)
        {
            if (await TryAsync(dataSource, projection, ct) is { } leader)
                return leader;
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
        }

        throw new ProjectionBusyException(projection.Name);
    }

    /// <summary>Makes the caller's transaction the one writer, to its end, after the process that writes now.</summary>
    public static async Task JoinAsync(NpgsqlConnection connection, Projection projection, CancellationToken ct = default)
    {
        await using var command = Lock(connection, "select pg_advisory_xact_lock(hashtextextended($1, 0))", projection.LeaderLock);
        command.CommandTimeout = 0; // a rebuild takes its time
        await command.ExecuteNonQueryAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        // A connection goes back to the pool with its session's locks; a broken one has lost them already.
        if (Connection.State is System.Data.ConnectionState.Open)
        {
            await using var command = Lock(Connection, "select pg_advisory_unlock(hashtextextended($1, 0))", lockName);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }

        await Connection.DisposeAsync();
    }

    static NpgsqlCommand Lock(NpgsqlConnection connection, string sql, string name) => new(sql, connection) { Parameters = { new() { Value = name } } };
}
