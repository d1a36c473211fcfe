using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Padron.Application.Imports;

/// <summary>Keeps the rows whose value was no phone number.</summary>
static class ImportRejections
{
    public static async Task AddAsync(NpgsqlConnection connection, Guid importId, IReadOnlyCollection<ReadRow> rejected, CancellationToken ct)
    {
        if (rejected.Count == 0)
            return;
        await using var command = new NpgsqlCommand(
            "insert into padron.import_rejections (import_id, source_row, value, reason) select $1, * from unnest($2::bigint[], $3::text[], $4::text[])", connection)
        {
            Parameters =
            {
                new() { Value = importId },
                new() { Value = rejected.Select(row => row.Row).ToArray() },
                // A NUL can stand in SQLite's text and not in PostgreSQL's.
                new() { Value = rejected.Select(row => row.Value?.Replace("\0", "\uFFFD", StringComparison.Ordinal)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new() { Value = rejected.Select(row => JsonNamingPolicy.SnakeCaseLower.ConvertName(row.Rejection!.Value.ToString())).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task RemoveAsync(NpgsqlConnection connection, Guid importId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from padron.import_rejections where import_id = $1", connection) { Parameters = { new() { Value = importId } } };
        await command.ExecuteNonQueryAsync(ct);
    }
}
