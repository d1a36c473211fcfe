using Npgsql;

namespace Padron.Application.Extractions;

/// <summary>Whoever writes an extraction's manifest holds the row of its stream until commit: claims and releases come one after the other.</summary>
/// <remarks>It is taken before any contact's row, by all of them, so they can't deadlock; and an event that ends the claim waits for the batch.</remarks>
static class ManifestLock
{
    /// <returns>The version of the extraction's stream, which stays so until commit; 0 when there is none.</returns>
    public static async Task<long> TakeAsync(NpgsqlConnection connection, Guid extractionId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select version from events.mt_streams where id = $1 for update", connection)
        {
            Parameters = { new() { Value = extractionId } },
        };
        return await command.ExecuteScalarAsync(ct) as long? ?? 0;
    }
}
