using System.Data;
using Npgsql;
using NpgsqlTypes;
using Padron.MartenExtensions;

namespace Padron.Projections;

/// <summary>
/// Says twice a second that the process of a leader lives, whatever statement its session is at: on a connection of its own, so that a page may take as long as
/// it needs. A process that is dead, frozen or cut off falls silent.
/// </summary>
sealed class Heartbeat : IAsyncDisposable
{
    /// <summary>After so long others end the leader's session. With the time it takes to notice and to take over it stays under five seconds.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(2.5);

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);
    static readonly string Sql = EmbeddedSql.Beside(typeof(Heartbeat), "beat.sql");

    readonly CancellationTokenSource stopping = new();
    readonly NpgsqlConnection connection;
    readonly string projection;
    readonly (int Pid, DateTimeOffset Start) session;
    readonly Func<double?> rate;
    readonly Task beating;

    Heartbeat(NpgsqlConnection connection, string projection, (int Pid, DateTimeOffset Start) session, Func<double?> rate)
    {
        (this.connection, this.projection, this.session, this.rate) = (connection, projection, session, rate);
        beating = Task.Run(BeatAsync);
    }

    /// <param name="dataSource">Gives the connection, which is held from the start: later the pool might be used up for longer than a silence.</param>
    /// <param name="projection">What the session leads.</param>
    /// <param name="session">The server process of the leader's session, and when it started.</param>
    /// <param name="rate">Events a second so far; asked at each beat.</param>
    /// <param name="ct">Ends the wait for a connection.</param>
    public static async Task<Heartbeat> StartAsync(
        NpgsqlDataSource dataSource, Projection projection, (int Pid, DateTimeOffset Start) session, Func<double?> rate, CancellationToken ct) =>
        new(await dataSource.OpenConnectionAsync(ct), projection.Name, session, rate);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await beating;
        await connection.DisposeAsync();
        stopping.Dispose();
    }

    async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Interval); // real time, whatever clock the daemon has: it is measured by the server's
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                if (!await TryBeatAsync())
                    return; // replaced: its session is ended, and so the leader learns it too
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The leader lets go.
        }
    }

    /// <returns>False when another has the lead.</returns>
    async Task<bool> TryBeatAsync()
    {
        try
        {
            if (connection.State is not ConnectionState.Open)
                await connection.OpenAsync(stopping.Token);
            await using var command = new NpgsqlCommand(Sql, connection)
            {
                CommandTimeout = (int)Silence.TotalSeconds,
                Parameters =
                {
                    new() { Value = projection }, new() { Value = session.Pid }, new() { Value = session.Start },
                    new() { NpgsqlDbType = NpgsqlDbType.Double, Value = (object?)rate() ?? DBNull.Value },
                },
            };
            return await command.ExecuteNonQueryAsync(CancellationToken.None) == 1;
        }
        catch (NpgsqlException)
        {
            await connection.CloseAsync(); // the next beat takes another one; a leader that can't be heard for long is replaced
            return true;
        }
    }
}
