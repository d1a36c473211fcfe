using System.Data;
using System.Globalization;
using Marten;
using Marten.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>
/// Says twice a second that this process lives, and ends the leadership of processes that say so no more. Marten replaces a leader only when its session ends: a
/// process that is frozen or cut off keeps its session, and with it the lock. Every process that runs the coordinator runs one of these.
/// </summary>
/// <remarks>
/// It has a connection of its own, so that a page may take as long as it needs. A process's sessions are known by their <c>application_name</c>, so all
/// connections of its data source carry a name of <see cref="NewProcessName"/>. Only sessions that lead or fold are ended: a process that wakes up finds the
/// others as they were, learns from Marten's lock that it leads no more, and may lead again later.
/// </remarks>
public sealed class LeaderWatch(IDocumentStore store, ILogger<LeaderWatch> log) : BackgroundService
{
    /// <summary>After so long others end a leader's sessions. With the time it takes to notice and to take over it stays under five seconds.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(2.5);

    const string Mark = " #"; // before what makes a name unique

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);
    static readonly string BeatSql = EmbeddedSql.Beside(typeof(LeaderWatch), "beat.sql");
    static readonly string LeadSql = EmbeddedSql.Beside(typeof(LeaderWatch), "lead.sql");
    static readonly string ReplaceSql = EmbeddedSql.Beside(typeof(LeaderWatch), "replace.sql");

    readonly IReadOnlyList<(string Name, long Key)> locks = LeaderLocks.Of(store);

    /// <summary>An <c>application_name</c> that no other process has: program, machine and process id, for people, and what makes it unique.</summary>
    /// <param name="program">The program's own name; cut where PostgreSQL's 63 bytes would not do.</param>
    public static string NewProcessName(string program) => string.Create(
        CultureInfo.InvariantCulture, $"{Cut(program, 15)} {Cut(Environment.MachineName, 25)}/{Environment.ProcessId}{Mark}{Random.Shared.Next():x8}");

    static string Cut(string text, int length) => text[..Math.Min(text.Length, length)];

    /// <exception cref="InvalidOperationException">The data source's connections have no name of <see cref="NewProcessName"/>.</exception>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = ((MartenDatabase)store.Storage.Database).DataSource.CreateConnection();
        using var timer = new PeriodicTimer(Interval); // real time, whatever clock the program has: it is measured by the server's
        try
        {
            do
                await TryBeatAsync(connection, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync(connection); // the process stops, and Marten gives its locks back
        }
    }

    // Whoever reuses the name of a process that has stopped must not be taken for silent.
    static async Task LeaveAsync(NpgsqlConnection connection)
    {
        if (connection.State is not ConnectionState.Open)
            return;
        try
        {
            await using var command = new NpgsqlCommand("delete from daemon.processes where name = current_setting('application_name')", connection)
            {
                CommandTimeout = (int)Silence.TotalSeconds,
            };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The server is away; the row is forgotten after a day.
        }
    }

    async Task TryBeatAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            if (connection.State is not ConnectionState.Open)
                await connection.OpenAsync(ct);
            var name = await BeatAsync(connection, ct);
            await NoteLeadAsync(connection, name, ct);
            await ReplaceSilentAsync(connection, name, ct);
        }
        catch (NpgsqlException)
        {
            await connection.CloseAsync(); // the next beat takes another one; a process that can't be heard for long is replaced
        }
    }

    // By itself, in a transaction of its own: the other statements may wait for something.
    static async Task<string> BeatAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(BeatSql, connection) { CommandTimeout = (int)Silence.TotalSeconds };
        var name = (string)(await command.ExecuteScalarAsync(ct))!;
        return name.Contains(Mark, StringComparison.Ordinal) ? name : throw new InvalidOperationException(
            $"The sessions of a process that runs projections must be known by their application_name, and it is '{name}': set it to LeaderWatch.NewProcessName().");
    }

    async Task NoteLeadAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LeadSql, connection)
        {
            CommandTimeout = (int)Silence.TotalSeconds,
            Parameters =
            {
                new() { Value = name }, new() { Value = locks.Select(projection => projection.Name).ToArray() },
                new() { Value = locks.Select(projection => projection.Key).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    async Task ReplaceSilentAsync(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(ReplaceSql, connection)
        {
            CommandTimeout = (int)Silence.TotalSeconds,
            Parameters = { new() { Value = name }, new() { Value = Silence }, new() { Value = locks.Select(projection => projection.Key).ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            log.Replaced(reader.GetString(0), reader.GetInt32(1));
    }
}

static partial class LeaderWatchLog
{
    [LoggerMessage(LogLevel.Warning, "The process '{Process}' gives no sign of life: its session {Pid}, which leads or folds a projection, was ended")]
    public static partial void Replaced(this ILogger log, string process, int pid);
}
