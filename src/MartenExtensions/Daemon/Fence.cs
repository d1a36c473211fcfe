using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>Lets a page go on only if this very transaction moved the progression, so that two leaders never fold an event twice.</summary>
/// <remarks>
/// Marten moves the progression by compare-and-set, but judges by a count of rows that other statements of its batch change, such as the one that stores a dead
/// letter, and leaves the progression out of a batch that is cancelled. The row's own transaction id can't be mistaken.
/// </remarks>
static class Fence
{
    /// <exception cref="ProjectionMovedException">Another process moved the projection.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, SqlProjection projection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from events.mt_event_progression where name = $1 and xmin = pg_current_xact_id()::xid)", connection)
        {
            Parameters = { new() { Value = projection.ProgressionName } },
        };
        if (await command.ExecuteScalarAsync(ct) is not true)
            throw new ProjectionMovedException(projection.Name);
    }
}
