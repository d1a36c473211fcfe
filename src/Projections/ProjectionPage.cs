using Npgsql;
using Padron.MartenExtensions;

namespace Padron.Projections;

/// <summary>A page of a projection: its statements and its progression, in one transaction.</summary>
static class ProjectionPage
{
    /// <param name="connection">The leader's.</param>
    /// <param name="projection">What to fold.</param>
    /// <param name="from">Position it stands at, exclusive.</param>
    /// <param name="limit">Last position that the page could have.</param>
    /// <param name="ct">Rolls the page back.</param>
    /// <returns>The position it stands at now.</returns>
    /// <exception cref="ProjectionBusyException">Another process has moved it.</exception>
    public static async Task<long> ApplyAsync(NpgsqlConnection connection, Projection projection, long from, long limit, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var to = await EndAsync(connection, projection, from, limit, ct);
        var parked = await ParkedEvents.BehindAsync(connection, projection, from, to, ct);
        await FoldAsync(connection, projection.Statements, Around(parked, from, to), ct);
        await MoveAsync(connection, projection, from, to, ct);
        await transaction.CommitAsync(ct);
        return to;
    }

    /// <summary>Applies an event that was parked, in its transaction.</summary>
    public static async Task ApplyParkedAsync(NpgsqlConnection connection, Projection projection, ParkedEvent parked, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await FoldAsync(connection, projection.Statements, [(parked.Position - 1, parked.Position)], ct);
        await ParkedEvents.RemoveAsync(connection, parked, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Passes the event after a position without applying it: it is parked, or, when too many are, the projection stops before it.</summary>
    /// <returns>Whether it was passed.</returns>
    /// <exception cref="ProjectionBusyException">Another process has moved the projection.</exception>
    public static async Task<bool> TryPassAsync(NpgsqlConnection connection, Projection projection, long from, string error, int mostParkedStreams, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await EndAsync(connection, projection, from, from + 1, ct); // a day may begin with it, whenever it is applied
        var isParked = await ParkedEvents.TryParkAsync(connection, projection, from + 1, error, mostParkedStreams, ct);
        if (!isParked)
            await ProjectionHolds.StopAsync(connection, projection, from + 1, error, ct);
        await MoveAsync(connection, projection, from, isParked ? from + 1 : from, ct);
        await transaction.CommitAsync(ct);
        return isParked;
    }

    /// <summary>Whether the statements run at all: over no event, and for nothing.</summary>
    public static async Task<bool> IsSoundAsync(NpgsqlConnection connection, Projection projection, long position, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await FoldAsync(connection, projection.Statements, [(position, position)], ct);
            return true;
        }
        catch (PostgresException error) when (PoisonHunt.IsOfAnEvent(error))
        {
            return false;
        }
    }

    /// <summary>Runs statements over a range, in the caller's transaction, without a look at what is parked.</summary>
    internal static Task FoldAsync(NpgsqlConnection connection, IReadOnlyList<string> statements, long from, long to, CancellationToken ct) =>
        FoldAsync(connection, statements, [(from, to)], ct);

    /// <summary>Where the page ends that begins behind a position, in the caller's transaction, which folds it next.</summary>
    internal static async Task<long> EndAsync(NpgsqlConnection connection, Projection projection, long from, long limit, CancellationToken ct)
    {
        if (projection.PageEnd is null)
            return limit;
        await using var command = new NpgsqlCommand(projection.PageEnd, connection) { CommandTimeout = 0, Parameters = { new() { Value = from }, new() { Value = limit } } };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task FoldAsync(NpgsqlConnection connection, IReadOnlyList<string> statements, IEnumerable<(long From, long To)> ranges, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var (from, to) in ranges)
        {
            foreach (var statement in statements)
            {
                var command = new NpgsqlBatchCommand(statement);
                if (statement.Contains("$1", StringComparison.Ordinal))
                {
                    command.Parameters.Add(new() { Value = from });
                    command.Parameters.Add(new() { Value = to });
                }

                batch.BatchCommands.Add(command);
            }
        }

        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(ct);
    }

    static async Task MoveAsync(NpgsqlConnection connection, Projection projection, long from, long to, CancellationToken ct)
    {
        if (!await Progression.MoveAsync(connection, projection.ProgressionName, from, to, ct))
            throw new ProjectionBusyException(projection.Name);
    }

    // A page is of any size, so the pieces between what is left out come to the same rows as the whole.
    static IEnumerable<(long From, long To)> Around(IReadOnlyList<long> parked, long from, long to)
    {
        foreach (var position in parked)
        {
            if (position - 1 > from)
                yield return (from, position - 1);
            from = position;
        }

        if (to > from)
            yield return (from, to);
    }
}
