using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Padron.Application.Imports.Watching;

/// <summary>
/// Tells how far this process is with an import: to whoever shows it here, and once a second in <c>padron.import_progress</c> to all others, also while
/// nothing moves, so that what is told no more is known to be dead.
/// </summary>
/// <remarks>It has a connection of its own, whose advisory lock goes with the process. What can't be told is logged and never fails the import.</remarks>
public sealed partial class ImportTeller : IProgress<ImportProgress>, IAsyncDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The advisory lock of whoever tells. $1 is the import.</summary>
    internal const string LockKey = "hashtextextended('padron import told ' || $1::text, 0)";

    const int LongestWait = 5; // seconds

    const string TellSql = $"""
        insert into padron.import_progress (
                import_id, phase, rows_read, rows, imported, rejected, rows_per_second, seconds_left, indexes_built, indexes, step, step_done, step_of, memory_bytes, disk_free_bytes, paused_because,
                process, told_by, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, clock_timestamp())
            on conflict (import_id) do update
           set phase = excluded.phase, rows_read = excluded.rows_read, rows = excluded.rows, imported = excluded.imported,
               rejected = excluded.rejected, rows_per_second = excluded.rows_per_second,
               seconds_left = excluded.seconds_left, indexes_built = excluded.indexes_built, indexes = excluded.indexes, step = excluded.step, step_done = excluded.step_done, step_of = excluded.step_of,
               memory_bytes = excluded.memory_bytes, disk_free_bytes = excluded.disk_free_bytes, paused_because = excluded.paused_because,
               process = excluded.process, told_by = excluded.told_by, updated_at = excluded.updated_at
        """;

    readonly NpgsqlDataSource dataSource;
    readonly ServerDisk disk;
    readonly IMachine machine;
    readonly TimeProvider clock;
    readonly string by;
    readonly ILogger? logger;
    readonly RowPace pace;
    readonly Lock one = new();
    readonly CancellationTokenSource stop = new();

    ImportProgress? latest;
    DiskSpace? space;
    NpgsqlConnection? connection;
    Guid locked;
    Task? telling;

    internal ImportTeller(NpgsqlDataSource dataSource, ServerDisk disk, IMachine machine, TimeProvider clock, string by, ILogger? logger)
    {
        (this.dataSource, this.disk, this.machine, this.clock, this.by, this.logger) = (dataSource, disk, machine, clock, by, logger);
        pace = new(clock);
    }

    /// <summary>Shows it in this process: at each step, and each second.</summary>
    public IProgress<ImportReport>? Shown { get; set; }

    public void Report(ImportProgress value)
    {
        lock (one)
        {
            latest = value;
            Shown?.Report(Of(value));
            telling ??= Task.Run(TellAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (telling is not null)
            await telling;
        stop.Dispose();
    }

    async Task TellAsync()
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
                await TellOnceAsync();
            while (await timer.WaitForNextTickAsync(stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await TellOnceAsync(); // its last word
        }

        await LeaveAsync();
    }

    async Task TellOnceAsync()
    {
        try
        {
            space = await disk.ReadAsync(CancellationToken.None);
            var (id, report) = Look();
            await using var command = new NpgsqlCommand(TellSql, await ConnectAsync(id)) { CommandTimeout = LongestWait };
            object?[] values =
            [
                id, JsonNamingPolicy.SnakeCaseLower.ConvertName(report.Phase.ToString()), report.RowsRead, report.Rows, report.Imported, report.Rejected, report.RowsPerSecond, report.SecondsLeft,
                report.IndexesBuilt, report.Indexes, report.Step?.Name, report.Step?.Done, report.Step?.Of, report.MemoryBytes, report.DiskFreeBytes, report.PausedBecause, report.Process, report.By,
            ];
            foreach (var (value, type) in values.Zip(Types))
                command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = type });
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            if (logger is not null)
                Untold(logger, latest!.ImportId, error);
            await LeaveAsync();
        }
    }

    static readonly NpgsqlDbType[] Types =
    [
        NpgsqlDbType.Uuid, NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint,
        NpgsqlDbType.Integer, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text,
    ];

    (Guid Id, ImportReport Report) Look()
    {
        lock (one)
        {
            pace.Add(latest!.RowsRead);
            var report = Of(latest);
            Shown?.Report(report);
            return (latest.ImportId, report);
        }
    }

    ImportReport Of(ImportProgress at)
    {
        var rate = at.ReadsRows ? pace.PerSecond : null;
        return new(
            at.Phase, at.RowsRead, at.Rows, at.Tally.Imported, at.Tally.RejectedTotal, rate, rate > 0 ? (at.Rows - at.RowsRead) / rate : null, at.Indexes?.Built, at.Indexes?.Of, at.Step,
            machine.OwnMemory, space?.FreeBytes, at.PausedBecause, machine.Process, by);
    }

    async Task<NpgsqlConnection> ConnectAsync(Guid importId)
    {
        if (connection is not null && importId == locked)
            return connection;
        await LeaveAsync();
        connection = await dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"select pg_advisory_lock_shared({LockKey})", connection) { Parameters = { new() { Value = importId } } };
        await command.ExecuteNonQueryAsync();
        locked = importId;
        return connection;
    }

    async Task LeaveAsync()
    {
        if (connection is null)
            return;
        try
        {
            await using var command = new NpgsqlCommand($"select pg_advisory_unlock_shared({LockKey})", connection) { Parameters = { new() { Value = locked } } };
            if (connection.State is System.Data.ConnectionState.Open) // it goes back to the pool, which would keep the lock
                await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // The connection is lost, and its lock with it.
        }

        await connection.DisposeAsync();
        connection = null;
    }

    [LoggerMessage(LogLevel.Warning, "The progress of import {ImportId} could not be told")]
    static partial void Untold(ILogger logger, Guid importId, Exception error);
}
