using Npgsql;

namespace Padron.Application.Extractions;

/// <summary>Whoever writes an extraction's manifest, or calls the extraction off, has its turn until commit: claims, releases and the cancellation come one after the other.</summary>
/// <remarks>
/// It is taken before any contact's row, by all of them, so they can't deadlock. The turn is an advisory lock because those are granted in the order of
/// asking; a row's lock goes to whoever is quickest, which is the claim that has just let go of it: a cancellation could wait for many batches.
/// The row is locked too, so that an event that ends the claim otherwise waits for the batch.
/// </remarks>
static class ManifestLock
{
    const string TurnSql = "select pg_advisory_xact_lock(hashtextextended('padron manifest ' || $1::text, 0))";

    /// <returns>The version of the extraction's stream, which stays so until commit; 0 when there is none.</returns>
    public static async Task<long> TakeAsync(NpgsqlConnection connection, Guid extractionId, CancellationToken ct)
    {
        await using (var turn = new NpgsqlCommand(TurnSql, connection) { Parameters = { new() { Value = extractionId } } })
            await turn.ExecuteNonQueryAsync(ct);
        await using var command = new NpgsqlCommand("select version from events.mt_streams where id = $1 for update", connection)
        {
            Parameters = { new() { Value = extractionId } },
        };
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }
}
