using System.Data;
using Npgsql;
using Padron.Domain;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Rebuilds;

/// <summary>Folds a projection again from the first event into tables beside the live ones, which then take their place.</summary>
/// <remarks>
/// Until the swap commits, the live tables are untouched and the live projection goes on, whatever dies and whenever. A rebuild that was killed is begun
/// anew by the next one.
/// </remarks>
public sealed class ProjectionRebuild(NpgsqlDataSource dataSource, CatchUp catchUp, TimeProvider clock)
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    readonly ExactHighWaterDetector highWaterMark = new(dataSource);

    /// <summary>Positions a page of the first pass (<see cref="FreshFold"/>): what the two pages at once hash must fit into memory.</summary>
    public int FreshPageSize { get; init; } = 250_000;

    /// <summary>Positions, or late events, a page of the projection's own statements.</summary>
    public int PageSize { get; init; } = SqlProjection.DefaultPageSize;

    /// <summary>Off only to compare the two ways.</summary>
    internal bool UsesFreshFold { get; init; } = true;

    /// <param name="projection">What to rebuild.</param>
    /// <param name="options">Without any the new tables take the live ones' place, which are dropped.</param>
    /// <param name="progress">Told after each page, index and try.</param>
    /// <param name="ct">Stops; the live tables are as they were.</param>
    /// <exception cref="RuleViolationException"><c>rebuild_running</c>, <c>rebuild_outdated</c>, <c>rebuild_replaced</c>, <c>dead_letters_kept</c></exception>
    /// <exception cref="StreamsLoadingException">An initial load is under way.</exception>
    /// <exception cref="TableShapeException">A live table has something that a copy would lack.</exception>
    public async Task<RebuildResult> RunAsync(
        SqlProjection projection, RebuildOptions? options = null, IProgress<RebuildProgress>? progress = null, CancellationToken ct = default)
    {
        options ??= new();
        var unit = RebuildUnit.NewOf(projection, UsesFreshFold);
        await LaterIndexes.BuildAsync(dataSource, progress: null, ct); // the new tables get what the live ones have
        await using var turn = await RebuildTurn.TakeAsync(dataSource, projection, ct);
        if (options.Keep)
            await KeptTables.RefuseAsync(turn.Connection, projection, ct);
        await BeginAsync(turn, unit, ct);
        try
        {
            var swap = new RebuildSwap(clock, highWaterMark, turn, unit);
            await FillAsync(turn, unit, swap, progress, ct);
            var differences = options.Verify ? await CompareAsync(unit, swap, progress, ct) : null;
            if (options.Swap)
                return new(projection.Name, await swap.RunAsync(PageSize, options.Keep, progress, ct), Swapped: true, options.Keep, differences);
            var position = await Progression.ReadAsync(turn.Connection, unit.ProgressionName, ct);
            await DropAsync(turn, unit, ct);
            return new(projection.Name, position, Swapped: false, Kept: false, differences);
        }
        catch
        {
            await AbandonAsync(turn, unit);
            throw;
        }
    }

    /// <summary>Puts the tables that a rebuild has kept back in their place, with the events since; the present ones are kept instead.</summary>
    /// <exception cref="RuleViolationException">
    /// <c>nothing_kept</c>, <c>kept_tables_differ</c>: the live tables have another shape by now, <c>rebuild_running</c>
    /// </exception>
    public async Task<RebuildResult> RevertAsync(SqlProjection projection, IProgress<RebuildProgress>? progress = null, CancellationToken ct = default)
    {
        var unit = RebuildUnit.KeptOf(projection);
        await using var turn = await RebuildTurn.TakeAsync(dataSource, projection, ct);
        await RebuildTurn.RefuseLoadAsync(turn.Connection, ct);
        if (!await IsKeptAsync(turn.Connection, unit, ct))
        {
            throw new RuleViolationException(
                "nothing_kept", $"No tables of '{projection.Name}' are kept: a rebuild keeps them with --keep, until the next rebuild or until contacts are taken back.");
        }

        await turn.BeginAsync(turn.Connection, ct);
        try
        {
            var swap = new RebuildSwap(clock, highWaterMark, turn, unit);
            return new(projection.Name, await swap.RunAsync(PageSize, keep: true, progress, ct), Swapped: true, Kept: true, Differences: null);
        }
        catch (TableShapeException error)
        {
            await EndAsync(turn);
            throw new RuleViolationException("kept_tables_differ", $"The tables of '{projection.Name}' were changed since, and the kept ones don't fit any more: {error.Message}");
        }
        catch
        {
            await EndAsync(turn);
            throw;
        }
    }

    // As the projection's one writer: whoever takes streams out of the event store is done with that, or finds the row of this rebuild.
    static async Task BeginAsync(RebuildTurn turn, RebuildUnit unit, CancellationToken ct)
    {
        var connection = turn.Connection;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Progression.LockAsync(connection, unit.Live.ProgressionName, ct);
        await RebuildTurn.RefuseLoadAsync(connection, ct);
        await turn.BeginAsync(connection, ct);
        await unit.Tables.DropIfThereAsync(connection, ct); // left by one that was killed
        await Progression.RemoveAsync(connection, unit.ProgressionName, ct);
        await unit.Tables.CreateAsync(connection, ct);
        if (unit.Fresh is not null)
            await FreshPass.PrepareAsync(connection, unit, ct);
        await transaction.CommitAsync(ct);
    }

    async Task FillAsync(RebuildTurn turn, RebuildUnit unit, RebuildSwap swap, IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        var indexing = new IndexReports(progress);
        if (unit.Fresh is null)
        {
            await unit.Tables.IndexUniqueAsync(dataSource, indexing, ct);
            await swap.CatchUpAsync(PageSize, RebuildStep.Fold, progress, ct);
            await unit.Tables.IndexAsync(dataSource, indexing, ct);
        }
        else
        {
            var target = await highWaterMark.AdvanceAsync(ct);
            var pass = new FreshPass(dataSource, turn, unit);
            var late = await pass.RunAsync(target, FreshPageSize, progress, ct);
            var isMuch = late > PageSize; // a page of them is soon folded with all indexes there, and then these can all be built at once
            if (isMuch)
                await unit.Tables.IndexUniqueAsync(dataSource, indexing, ct);
            else
                await unit.Tables.IndexAsync(dataSource, indexing, ct);
            await pass.RunLateAsync(PageSize, target, progress, ct);
            await pass.EndAsync(ct);
            if (isMuch)
                await unit.Tables.IndexAsync(dataSource, indexing, ct);
        }

        await swap.CatchUpAsync(PageSize, RebuildStep.CatchUp, progress, ct);
    }

    // In a snapshot in which both stand at the same position: the live projection goes on meanwhile, and the comparison does not see it.
    async Task<IReadOnlyList<TableDifference>> CompareAsync(RebuildUnit unit, RebuildSwap swap, IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        while (true)
        {
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            var live = await Progression.ReadAsync(connection, unit.Live.ProgressionName, ct);
            var rebuilt = await Progression.ReadAsync(connection, unit.ProgressionName, ct);
            if (live == rebuilt)
                return await CompareAsync(connection, unit, progress, ct);
            await snapshot.RollbackAsync(ct);
            if (rebuilt < live)
                await swap.CatchUpToAsync(live, PageSize, RebuildStep.CatchUp, progress, ct);
            else if (!await catchUp.RunAsync(unit.Live, patience: TimeSpan.Zero, progress: null, ct))
                await Task.Delay(PollInterval, clock, ct); // another process is at it
        }
    }

    static async Task<IReadOnlyList<TableDifference>> CompareAsync(NpgsqlConnection snapshot, RebuildUnit unit, IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        var differences = new List<TableDifference>();
        foreach (var (live, rebuilt) in unit.Live.Tables.Zip(unit.Projection.Tables))
        {
            progress?.Report(new(RebuildStep.Compare, differences.Count, unit.Live.Tables.Count));
            differences.Add(await TableComparison.CompareAsync(snapshot, live, rebuilt, ct));
        }

        return differences;
    }

    static async Task<bool> IsKeptAsync(NpgsqlConnection connection, RebuildUnit unit, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select exists (select from events.mt_event_progression where name = $1) and to_regnamespace($2) is not null", connection)
        {
            Parameters = { new() { Value = unit.ProgressionName }, new() { Value = unit.Schema } },
        };
        return await command.ExecuteScalarAsync(ct) is true;
    }

    static async Task DropAsync(RebuildTurn turn, RebuildUnit unit, CancellationToken ct)
    {
        await using var transaction = await turn.Connection.BeginTransactionAsync(ct);
        await turn.HoldAsync(turn.Connection, ct);
        await RemoveAsync(turn, turn.Connection, unit, ct);
        await transaction.CommitAsync(ct);
    }

    static async Task RemoveAsync(RebuildTurn turn, NpgsqlConnection connection, RebuildUnit unit, CancellationToken ct)
    {
        await unit.Tables.DropIfThereAsync(connection, ct);
        await Progression.RemoveAsync(connection, unit.ProgressionName, ct);
        await turn.EndAsync(connection, ct);
    }

    /// <summary>What was filled is of no use to anybody; unless another process has begun to fill it anew.</summary>
    async Task AbandonAsync(RebuildTurn turn, RebuildUnit unit)
    {
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            if (!await turn.IsOursAsync(connection))
                return;
            await RemoveAsync(turn, connection, unit, CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The server is gone, which is why we are here: the next rebuild drops what is left.
        }
    }

    static async Task EndAsync(RebuildTurn turn)
    {
        try
        {
            if (turn.Connection.State is ConnectionState.Open)
                await turn.EndAsync(turn.Connection, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The server is gone: a row of nobody's keeps nobody from anything.
        }
    }

    sealed class IndexReports(IProgress<RebuildProgress>? progress) : IProgress<IndexProgress>
    {
        public void Report(IndexProgress value) => progress?.Report(new(RebuildStep.Index, value.Built, value.Of));
    }
}
