using Npgsql;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Rebuilds;

/// <summary>Keeps a unit's tables up to date beside the live ones, and puts them in their place in one short transaction.</summary>
/// <remarks>
/// Whoever waits for the live tables to be free keeps everybody who comes after him waiting. So it waits for moments only, then gives up, lets the others
/// through, lets the live projection go on, and tries again: a reader that takes an hour delays the swap for an hour, and nobody else at all.
/// </remarks>
sealed class RebuildSwap(TimeProvider clock, ExactHighWaterDetector highWaterMark, RebuildTurn turn, RebuildUnit unit)
{
    static readonly TimeSpan[] Patience = [.. new[] { 200, 400, 800 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    readonly NpgsqlConnection connection = turn.Connection;

    /// <summary>Folds what has been appended so far.</summary>
    /// <param name="pageSize">Positions a page, which is one transaction.</param>
    /// <param name="step">What this is to whoever is told of it.</param>
    /// <param name="progress">Told after each page.</param>
    /// <param name="ct">Stops between pages.</param>
    public async Task CatchUpAsync(int pageSize, RebuildStep step, IProgress<RebuildProgress>? progress, CancellationToken ct) =>
        await CatchUpToAsync(await highWaterMark.AdvanceAsync(ct), pageSize, step, progress, ct);

    /// <inheritdoc cref="CatchUpAsync"/>
    public async Task CatchUpToAsync(long target, int pageSize, RebuildStep step, IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        var position = await Progression.ReadAsync(connection, unit.ProgressionName, ct);
        while (position < target)
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await turn.HoldAsync(connection, ct);
            var to = await SqlFold.EndAsync(connection, unit.Projection, position, Math.Min(position + pageSize, target), ct);
            await SqlFold.PageAsync(connection, unit.Projection, position, to, ct);
            await MoveAsync(unit.ProgressionName, position, to, ct);
            await transaction.CommitAsync(ct);
            position = to;
            progress?.Report(new(step, position, target));
        }
    }

    /// <summary>Makes the unit's tables the live ones.</summary>
    /// <param name="pageSize">Positions a page, when it catches up between two tries.</param>
    /// <param name="keep">Keep the old tables with their progression; they are dropped otherwise, and so are those kept before.</param>
    /// <param name="progress">Told of each try.</param>
    /// <param name="ct">Stops before it, never in the middle.</param>
    /// <returns>The position the new live tables stand at.</returns>
    public async Task<long> RunAsync(int pageSize, bool keep, IProgress<RebuildProgress>? progress, CancellationToken ct)
    {
        var pause = FirstPause;
        for (var tries = 0; ; tries++)
        {
            await CatchUpAsync(pageSize, RebuildStep.CatchUp, progress, ct);
            progress?.Report(new(RebuildStep.Swap, tries, tries + 1));
            if (await TryAsync(Patience[tries % Patience.Length], pageSize, keep, ct) is { } position)
                return position;
            await Task.Delay(pause, clock, ct);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    // The one writer of the projection is this transaction: what the live tables have by then, the new ones have too, and readers who waited for a position
    // find it afterwards as well.
    async Task<long?> TryAsync(TimeSpan patience, int pageSize, bool keep, CancellationToken ct)
    {
        var (projection, kept, aside) = (unit.Live, RebuildUnit.KeptOf(unit.Live), "replaced_" + unit.Live.Name);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var live = await Progression.LockAsync(connection, projection.ProgressionName, ct);
        await turn.HoldAsync(connection, ct);
        await RebuildTurn.RefuseLoadAsync(connection, ct);
        var from = await Progression.ReadAsync(connection, unit.ProgressionName, ct);
        var target = await highWaterMark.AdvanceAsync(ct);
        if (target - from > pageSize)
            return null; // the writer before us took so long that there is more to do than a moment's work
        for (long to; from < target; from = to)
        {
            to = await SqlFold.EndAsync(connection, unit.Projection, from, target, ct);
            await SqlFold.PageAsync(connection, unit.Projection, from, to, ct);
        }

        if (keep && unit.Schema != kept.Schema) // one that goes back to kept tables is not held up by what is wrong with the present ones
            await KeptTables.RefuseAsync(connection, projection, ct);
        if (!await unit.Tables.TryExchangeAsync(connection, patience, aside, ct))
            return null;

        await DeadLetters.ForgetAsync(connection, projection, ct); // the new tables have them
        await kept.Tables.DropIfThereAsync(connection, ct);
        await Progression.RemoveAsync(connection, unit.ProgressionName, ct);
        await Progression.RemoveAsync(connection, kept.ProgressionName, ct);
        await ExecuteAsync(keep ? $"alter schema {aside} rename to {kept.Schema}" : $"drop schema {aside} cascade", ct);
        if (keep)
            await MoveAsync(kept.ProgressionName, 0, live, ct);
        await MoveAsync(projection.ProgressionName, live, target, ct);
        await turn.EndAsync(connection, ct);
        await transaction.CommitAsync(CancellationToken.None); // a cancelled commit may have happened
        return target;
    }

    async Task MoveAsync(string progression, long from, long to, CancellationToken ct)
    {
        if (!await Progression.MoveAsync(connection, progression, from, to, ct))
            throw new ProjectionBusyException(unit.Live.Name);
    }

    async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
