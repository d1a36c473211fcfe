using Npgsql;

namespace Padron.Application.Imports.Load;

/// <summary>The ranges of source rows that an initial load has stored: each is added in the transaction of its rows.</summary>
static class ImportRanges
{
    /// <returns>First and last row of each, ascending.</returns>
    public static async Task<IReadOnlyList<(long First, long Last)>> ReadAsync(NpgsqlConnection connection, Guid importId, CancellationToken ct)
    {
        await using var command = Command(connection, "select first_row, last_row from padron.import_ranges where import_id = $1 order by first_row", importId);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ranges = new List<(long, long)>();
        while (await reader.ReadAsync(ct))
            ranges.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return ranges;
    }

    public static async Task<bool> ContainsAsync(NpgsqlConnection connection, Guid importId, long firstRow, CancellationToken ct)
    {
        await using var command = Command(connection, "select exists (select from padron.import_ranges where import_id = $1 and first_row = $2)", importId, firstRow);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    public static async Task AddAsync(NpgsqlConnection connection, Guid importId, long firstRow, long lastRow, CancellationToken ct)
    {
        await using var command = Command(connection, "insert into padron.import_ranges (import_id, first_row, last_row) values ($1, $2, $3)", importId, firstRow, lastRow);
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task RemoveAsync(NpgsqlConnection connection, Guid importId, CancellationToken ct)
    {
        await using var command = Command(connection, "delete from padron.import_ranges where import_id = $1", importId);
        await command.ExecuteNonQueryAsync(ct);
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
