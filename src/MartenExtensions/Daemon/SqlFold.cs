using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Runs a projection's statements in the caller's transaction, without a look at dead letters: for rebuilds, which fold every event.</summary>
public static class SqlFold
{
    /// <summary>Folds a whole page.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="projection">What to fold.</param>
    /// <param name="from">Exclusive floor.</param>
    /// <param name="to">Inclusive ceiling, no further than <see cref="EndAsync"/> gives.</param>
    /// <param name="ct">Cancels.</param>
    public static Task PageAsync(NpgsqlConnection connection, SqlProjection projection, long from, long to, CancellationToken ct) =>
        RunAsync(connection, projection.PageStart is { } start ? [start, .. projection.Statements] : projection.Statements, from, to, ct);

    /// <summary>Runs statements over a range of positions.</summary>
    public static Task RunAsync(NpgsqlConnection connection, IReadOnlyList<string> statements, long from, long to, CancellationToken ct) =>
        ProjectionPage.RunAsync(connection, statements, [(from, to)], ct);

    /// <summary>Where the page ends that begins behind a position.</summary>
    public static async Task<long> EndAsync(NpgsqlConnection connection, SqlProjection projection, long from, long limit, CancellationToken ct)
    {
        if (projection.PageEnd is null)
            return limit;
        await using var command = new NpgsqlCommand(projection.PageEnd, connection) { CommandTimeout = 0, Parameters = { new() { Value = from }, new() { Value = limit } } };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
