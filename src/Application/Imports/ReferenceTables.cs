using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace Padron.Application.Imports;

/// <summary>A table of a source that was carried over.</summary>
public sealed record ReferenceTable(Guid ImportId, string Name, IReadOnlyList<string> Columns, long Rows);

/// <summary>Tables of a source beside contacts and ranking, such as its statistics: kept as they stood there, for people to look up.</summary>
public sealed class ReferenceTables(NpgsqlDataSource dataSource)
{
    const string Shown = "import_id, name, columns, rows";

    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Replaces what the import brought before, in one transaction: safe to run again.</summary>
    /// <returns>How many tables there are.</returns>
    public async Task<int> CarryOverAsync(Guid importId, IContactSource source, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RemoveAsync(connection, importId, ct);
        var tables = source.OtherTables();
        foreach (var table in tables)
        {
            await using (var insert = new NpgsqlCommand("insert into padron.reference_tables (import_id, name, columns, rows) values ($1, $2, $3, $4)", connection)
            {
                Parameters = { new() { Value = importId }, new() { Value = table.Name }, new() { Value = table.Columns.ToArray() }, new() { Value = table.Rows } },
            })
            {
                await insert.ExecuteNonQueryAsync(ct);
            }

            await CopyAsync(connection, importId, table, source.ReadOtherTable(table), ct);
        }

        await transaction.CommitAsync(ct);
        return tables.Count;
    }

    /// <summary>Those of one import, in order of their names.</summary>
    public Task<IReadOnlyList<ReferenceTable>> ListAsync(Guid importId, CancellationToken ct = default) =>
        ReadAsync($"select {Shown} from padron.reference_tables where import_id = $1 order by name", ct, importId);

    /// <summary>Of each name the newest.</summary>
    public Task<IReadOnlyList<ReferenceTable>> ListAsync(CancellationToken ct = default) =>
        ReadAsync($"select distinct on (name) {Shown} from padron.reference_tables order by name, import_id desc", ct);

    /// <returns>The newest of that name; null when there is none.</returns>
    public async Task<ReferenceTable?> FindAsync(string name, CancellationToken ct = default) =>
        (await ReadAsync($"select {Shown} from padron.reference_tables where name = $1 order by import_id desc limit 1", ct, name)).SingleOrDefault();

    /// <summary>Its rows in the source's order: objects by the columns' names.</summary>
    /// <param name="table">The table.</param>
    /// <param name="after">The ordinal of the last row of the page before; 0 to begin.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="ct">Cancels the query.</param>
    public async IAsyncEnumerable<JsonElement> RowsAsync(ReferenceTable table, long after = 0, long limit = long.MaxValue, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand(
            "select data from padron.reference_rows where import_id = $1 and table_name = $2 and ordinal > $3 order by ordinal limit $4");
        foreach (var value in (object[])[table.ImportId, table.Name, after, limit])
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            using var row = JsonDocument.Parse(reader.GetString(0));
            yield return row.RootElement.Clone();
        }
    }

    /// <summary>In the caller's transaction.</summary>
    internal static async Task RemoveAsync(NpgsqlConnection connection, Guid importId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from padron.reference_tables where import_id = $1", connection) { Parameters = { new() { Value = importId } } };
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task CopyAsync(NpgsqlConnection connection, Guid importId, SourceTable table, IEnumerable<IReadOnlyList<object?>> rows, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync("copy padron.reference_rows (import_id, table_name, ordinal, data) from stdin (format binary)", ct);
        var ordinal = 0L;
        foreach (var row in rows)
        {
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(importId, ct);
            await copy.WriteAsync(table.Name, ct);
            await copy.WriteAsync(++ordinal, ct);
            await copy.WriteAsync(Json(table.Columns, row), NpgsqlTypes.NpgsqlDbType.Jsonb, ct);
        }

        await copy.CompleteAsync(ct);
    }

    static string Json(IReadOnlyList<string> columns, IReadOnlyList<object?> row)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            for (var i = 0; i < columns.Count; i++)
            {
                json.WritePropertyName(columns[i]);
                Write(json, row[i]);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    // PostgreSQL's jsonb takes neither a NUL nor what is no number in JSON.
    static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case long whole: json.WriteNumberValue(whole); break;
            case double real when double.IsFinite(real): json.WriteNumberValue(real); break;
            case double: json.WriteNullValue(); break;
            case byte[] bytes: json.WriteBase64StringValue(bytes); break;
            default: json.WriteStringValue(value.ToString()!.Replace("\0", "", StringComparison.Ordinal)); break;
        }
    }

    async Task<IReadOnlyList<ReferenceTable>> ReadAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var tables = new List<ReferenceTable>();
        while (await reader.ReadAsync(ct))
            tables.Add(new(reader.GetGuid(0), reader.GetString(1), await reader.GetFieldValueAsync<string[]>(2, ct), reader.GetInt64(3)));
        return tables;
    }
}
