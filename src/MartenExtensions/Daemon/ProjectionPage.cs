using Marten;
using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>The statements of a page, run in the transaction in which Marten has moved the progression. None of them has a time-out.</summary>
/// <param name="isPassed">The page is one event that is left out.</param>
sealed class ProjectionPage(SqlProjection projection, long from, long to, bool isPassed) : ITransactionParticipant
{
    public async Task BeforeCommitAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken token)
    {
        if (projection.IsFenced)
            await Fence.RequireAsync(connection, projection, token);
        if (projection.PageStart is { } start)
            await RunAsync(connection, [start], [(from, to)], token);
        if (isPassed)
            return;

        // Read behind the progression's lock: a retry, which removes letters, takes that lock too.
        var leftOut = await PoisonedStreams.LeftOutAsync(connection, projection, from, to, token);
        await RunAsync(connection, projection.Statements, Around(leftOut), token);
    }

    /// <summary>Whether the statements run at all: over no event, and for nothing.</summary>
    public static async Task<bool> IsSoundAsync(NpgsqlConnection connection, SqlProjection projection, long position, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        try
        {
            await RunAsync(connection, projection.Statements, [(position, position)], ct);
            return true;
        }
        catch (PostgresException error) when (ProjectionErrors.OfAnEvent(error) is not null)
        {
            return false;
        }
    }

    /// <summary>Runs statements over ranges of positions, in the caller's transaction.</summary>
    public static async Task RunAsync(
        NpgsqlConnection connection, IReadOnlyList<string> statements, IEnumerable<(long From, long To)> ranges, CancellationToken ct)
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

    // A page is of any size, so the pieces between what is left out come to the same rows as the whole.
    IEnumerable<(long From, long To)> Around(IReadOnlyList<long> leftOut)
    {
        var floor = from;
        foreach (var position in leftOut)
        {
            if (position - 1 > floor)
                yield return (floor, position - 1);
            floor = position;
        }

        if (to > floor)
            yield return (floor, to);
    }
}
