using System.Data;
using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Padron.MartenExtensions;

namespace Padron.Projections;

/// <summary>The right to write a projection: an advisory lock on the very connection that writes, so that losing one loses both.</summary>
/// <remarks>
/// The daemon's leaders also give signs of life (<see cref="LeadAsync"/>), and one that falls silent is replaced. Who takes the lock for something else holds it for
/// as long as its session lives: nobody ends a load or a rollback that stands still.
/// </remarks>
public sealed class ProjectionLeader : IAsyncDisposable
{
    static readonly string LeadSql = EmbeddedSql.Beside(typeof(ProjectionLeader), "lead.sql");
    static readonly string LetGoSql = EmbeddedSql.Beside(typeof(ProjectionLeader), "let-go.sql");
    static readonly string ChallengeSql = EmbeddedSql.Beside(typeof(ProjectionLeader), "challenge.sql");
    internal static readonly string ThisProcess = $"{Environment.MachineName}/{Environment.ProcessId}";

    readonly Projection projection;
    readonly long since = Stopwatch.GetTimestamp();
    long passed;
    Heartbeat? heartbeat;

    ProjectionLeader(NpgsqlConnection connection, Projection projection)
    {
        Connection = connection;
        this.projection = projection;
    }

    public NpgsqlConnection Connection { get; }

    // Events a second since it took the lead; null before the first page.
    double? Rate => Interlocked.Read(ref passed) is > 0 and var events ? events / Stopwatch.GetElapsedTime(since).TotalSeconds : null;

    /// <returns>Null when another process writes the projection.</returns>
    public static Task<ProjectionLeader?> TryAsync(NpgsqlDataSource dataSource, Projection projection, CancellationToken ct = default) =>
        TakeAsync(
            dataSource, projection,
            async leader =>
            {
                await using var command = Lock(leader.Connection, "select pg_try_advisory_lock(hashtextextended($1, 0))", projection);
                return await command.ExecuteScalarAsync(ct) is true;
            },
            ct);

    /// <summary>As <see cref="TryAsync"/>, for the daemon: gives signs of life, and ends the session of a leader before it that gives none.</summary>
    /// <returns>Null when another process writes the projection, or did a moment ago.</returns>
    public static Task<ProjectionLeader?> LeadAsync(NpgsqlDataSource dataSource, Projection projection, CancellationToken ct = default) =>
        TakeAsync(
            dataSource, projection,
            async leader =>
            {
                if (await leader.TakeLeadAsync(ct) is { } start)
                {
                    leader.heartbeat = await Heartbeat.StartAsync(dataSource, projection, (leader.Connection.ProcessID, start), () => leader.Rate, ct);
                    return true;
                }

                await leader.ChallengeAsync(ct);
                return false;
            },
            ct);

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
        await using var command = Lock(connection, "select pg_advisory_xact_lock(hashtextextended($1, 0))", projection);
        command.CommandTimeout = 0; // a rebuild takes its time
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>So many positions more are folded.</summary>
    internal void Passed(long positions) => Interlocked.Add(ref passed, positions);

    public async ValueTask DisposeAsync()
    {
        if (heartbeat is not null)
            await heartbeat.DisposeAsync();
        try
        {
            // A connection goes back to the pool with its session's locks; a broken one has lost them already.
            if (Connection.State is ConnectionState.Open)
                await LetGoAsync();
        }
        catch (NpgsqlException) when (Connection.State is not ConnectionState.Open)
        {
            // It was lost, and the lock with it.
        }

        await Connection.DisposeAsync();
    }

    // Whatever fails after the lock was taken, the lock doesn't stay with a connection of the pool.
    static async Task<ProjectionLeader?> TakeAsync(NpgsqlDataSource dataSource, Projection projection, Func<ProjectionLeader, Task<bool>> take, CancellationToken ct)
    {
        var leader = new ProjectionLeader(await dataSource.OpenConnectionAsync(ct), projection);
        try
        {
            if (await take(leader))
                return leader;
        }
        catch
        {
            await leader.DisposeAsync();
            throw;
        }

        await leader.Connection.DisposeAsync();
        return null;
    }

    /// <returns>When its session started; null when another has the lead.</returns>
    async Task<DateTimeOffset?> TakeLeadAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LeadSql, Connection)
        {
            Parameters = { new() { Value = projection.Name }, new() { Value = projection.LeaderLock }, new() { Value = ThisProcess } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? await reader.GetFieldValueAsync<DateTimeOffset>(0, ct) : null;
    }

    async Task ChallengeAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(ChallengeSql, Connection)
        {
            Parameters = { new() { Value = projection.Name }, new() { Value = projection.LeaderLock }, new() { Value = Heartbeat.Silence } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    async Task LetGoAsync()
    {
        await using var command = new NpgsqlCommand(LetGoSql, Connection)
        {
            Parameters =
            {
                new() { Value = projection.Name }, new() { Value = projection.LeaderLock },
                new() { NpgsqlDbType = NpgsqlDbType.Double, Value = (object?)Rate ?? DBNull.Value },
            },
        };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    static NpgsqlCommand Lock(NpgsqlConnection connection, string sql, Projection projection) =>
        new(sql, connection) { Parameters = { new() { Value = projection.LeaderLock } } };
}
