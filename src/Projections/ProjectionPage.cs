using Npgsql;
using Padron.EventStore;

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
        await FoldAsync(connection, projection.Statements, from, to, ct);
        if (!await Progression.MoveAsync(connection, projection.ProgressionName, from, to, ct))
            throw new ProjectionBusyException(projection.Name);
        await transaction.CommitAsync(ct);
        return to;
    }

    /// <summary>Runs statements over a range, in the caller's transaction.</summary>
    internal static async Task FoldAsync(NpgsqlConnection connection, IReadOnlyList<string> statements, long from, long to, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
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

        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Where the page ends that begins behind a position, in the caller's transaction, which folds it next.</summary>
    internal static async Task<long> EndAsync(NpgsqlConnection connection, Projection projection, long from, long limit, CancellationToken ct)
    {
        if (projection.PageEnd is null)
            return limit;
        await using var command = new NpgsqlCommand(projection.PageEnd, connection) { CommandTimeout = 0, Parameters = { new() { Value = from }, new() { Value = limit } } };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
