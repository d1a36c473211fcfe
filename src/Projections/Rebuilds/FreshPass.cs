using Npgsql;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Rebuilds;

/// <summary>The first pass over all events, on two connections, and the second over those it left: what a projection with a <see cref="FreshFold"/> is rebuilt by.</summary>
sealed class FreshPass(NpgsqlDataSource dataSource, RebuildTurn turn, RebuildUnit unit)
{
    const int Lanes = 2;

    // A page is joined with itself by hashes that fit into memory: whatever the planner thinks of its size, lookups by stream and sorts of wide rows take
    // longer. A commit that a crash of the server loses takes the whole rebuild with it.
    const string Settings = "set local work_mem = '256MB'; set local enable_nestloop = off; set local enable_mergejoin = off; set local synchronous_commit = off";

    readonly FreshFold fold = unit.Fresh!;
    long[] cuts = [];

    /// <summary>Makes what the pass leaves its late events in, in the caller's transaction.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, RebuildUnit unit, CancellationToken ct) => await ExecuteAsync(
        connection,
        $"""
        create table {unit.Schema}.late (seq_id bigint primary key);
        create view {unit.Schema}.late_events as
        select l.seq_id, e.id, e.stream_id, e.version, e.data, e.type, e.timestamp, e.correlation_id, e.causation_id, e.headers, e.user_name
          from {unit.Schema}.late l join events.mt_events e on e.seq_id = l.seq_id
        """,
        ct);

    /// <summary>Folds what is fresh up to a position.</summary>
    /// <returns>How many events are late.</returns>
    public async Task<long> RunAsync(long target, int pageSize, IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        await TransactAsync(turn.Connection, Settings, () => SqlFold.RunAsync(turn.Connection, fold.Before, 0, target, ct), ct);
        cuts = await CutsAsync(ct);
        var done = 0L;
        await Parallel.ForEachAsync(Pages(target, pageSize), new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = ct }, async (page, token) =>
        {
            await using var connection = await dataSource.OpenConnectionAsync(token);
            await TransactAsync(connection, Settings, () => SqlFold.RunAsync(connection, fold.Page, page.From, page.To, token), token);
            progress?.Report(new(RebuildStep.Fold, Interlocked.Add(ref done, page.To - page.From), target));
        });

        await TransactAsync(
            turn.Connection,
            Settings,
            async () =>
            {
                await SqlFold.RunAsync(turn.Connection, fold.After, 0, target, ct);
                await Progression.MoveAsync(turn.Connection, unit.ProgressionName, 0, target, ct);
            },
            ct);
        await ExecuteAsync(turn.Connection, $"analyze {unit.Schema}.late", ct);
        await using var count = new NpgsqlCommand($"select count(*) from {unit.Schema}.late", turn.Connection) { CommandTimeout = 0 };
        return (long)(await count.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Folds the late ones, in the order of their positions.</summary>
    /// <param name="pageSize">Late events a page, wherever they lie.</param>
    /// <param name="target">Position of the first pass.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="ct">Stops.</param>
    public async Task RunLateAsync(int pageSize, long target, IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        for (var from = 0L; await PageEndAsync(from, pageSize, ct) is { } to; from = to)
        {
            await TransactAsync(
                turn.Connection, "set local synchronous_commit = off", () => SqlFold.RunAsync(turn.Connection, unit.Late.Statements, from, to, ct), ct);
            progress?.Report(new(RebuildStep.FoldLate, to, target));
        }
    }

    /// <summary>Removes what only the two passes needed: the tables are alone in their schema then.</summary>
    public Task EndAsync(CancellationToken ct) => ExecuteAsync(turn.Connection, $"drop view {unit.Schema}.late_events; drop table {unit.Schema}.late", ct);

    IEnumerable<(long From, long To)> Pages(long target, int pageSize)
    {
        for (long from = 0, to; from < target; from = to)
        {
            to = EndOf(from + 1, Math.Min(from + pageSize, target));
            yield return (from, to);
        }
    }

    // A page from this position on, so that it has no two sides of a cut.
    long EndOf(long first, long limit)
    {
        var next = Array.BinarySearch(cuts, first);
        next = next < 0 ? ~next : next;
        return next < cuts.Length ? Math.Min(cuts[next], limit) : limit;
    }

    async Task<long?> PageEndAsync(long from, int pageSize, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"select min(seq_id), max(seq_id) from (select seq_id from {unit.Schema}.late where seq_id > $1 order by seq_id limit $2) p", turn.Connection)
        {
            Parameters = { new() { Value = from }, new() { Value = pageSize } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return await reader.IsDBNullAsync(0, ct) ? null : EndOf(reader.GetInt64(0), reader.GetInt64(1));
    }

    async Task<long[]> CutsAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(fold.Cuts, turn.Connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var positions = new List<long>();
        while (await reader.ReadAsync(ct))
            positions.Add(reader.GetInt64(0));
        return [.. positions];
    }

    async Task TransactAsync(NpgsqlConnection connection, string settings, Func<Task> work, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, settings, ct);
        await turn.HoldAsync(connection, ct);
        await work();
        await transaction.CommitAsync(ct);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
