using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Padron.Domain;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;

namespace Padron.Application.Imports;

/// <summary>How far an import has come. A durable row, moved in the transaction of each batch.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="AfterRow">Last source row stored; the row id before the first when none is.</param>
/// <param name="Tally">What became of the rows up to there.</param>
/// <param name="IsFinished">It is complete or rolled back, and can't be resumed.</param>
public sealed record ImportCheckpoint(Guid ImportId, long AfterRow, ImportTally Tally, bool IsFinished = false)
{
    /// <summary>Before the first row of any file: row ids of SQLite may be zero or negative.</summary>
    public const long BeforeFirstRow = long.MinValue;

    /// <param name="connection">In the transaction that begins the import.</param>
    /// <param name="importId">The import.</param>
    /// <param name="fileSha256">Its file.</param>
    /// <param name="inPhases">It can be resumed until <see cref="CloseAsync"/>, also when all its rows are in.</param>
    /// <param name="ct">Cancels the insert.</param>
    public static Task CreateAsync(NpgsqlConnection connection, Guid importId, string fileSha256, bool inPhases, CancellationToken ct) =>
        UpdateAsync(
            connection,
            "insert into padron.import_checkpoints (import_id, file_sha256, after_row, tally, in_phases) values ($1, $2, $3, $4::jsonb, $5)",
            [importId, fileSha256, BeforeFirstRow, Serialize(ImportTally.Zero), inPhases],
            ct);

    /// <summary>The unfinished import of a file, recognised by its hash.</summary>
    public static Task<ImportCheckpoint?> FindOpenAsync(NpgsqlConnection connection, string fileSha256, CancellationToken ct) =>
        ReadAsync(
            connection,
            "select import_id, after_row, tally, finished from padron.import_checkpoints where file_sha256 = $1 and (not finished or in_phases)",
            fileSha256,
            ct);

    public static async Task<ImportCheckpoint> LockAsync(NpgsqlConnection connection, Guid importId, CancellationToken ct) =>
        await ReadAsync(connection, "select import_id, after_row, tally, finished from padron.import_checkpoints where import_id = $1 for update", importId, ct)
        ?? throw new InvalidOperationException($"Import {importId} has no checkpoint.");

    public static Task MoveAsync(NpgsqlConnection connection, Guid importId, long afterRow, ImportTally tally, CancellationToken ct) =>
        UpdateAsync(
            connection,
            """
            with pace as (insert into padron.import_pace (import_id, rows_read, stored_at) values ($1, $4, clock_timestamp()))
            update padron.import_checkpoints set after_row = $2, tally = $3::jsonb where import_id = $1
            """,
            [importId, afterRow, Serialize(tally), tally.RowsRead],
            ct);

    public static Task FinishAsync(NpgsqlConnection connection, Guid importId, CancellationToken ct) =>
        UpdateAsync(connection, "update padron.import_checkpoints set finished = true where import_id = $1", [importId], ct);

    /// <summary>Nobody has more to do for it, and its file can be imported again.</summary>
    public static Task CloseAsync(NpgsqlConnection connection, Guid importId, CancellationToken ct) =>
        UpdateAsync(connection, "update padron.import_checkpoints set finished = true, in_phases = false where import_id = $1", [importId], ct);

    static string Serialize(ImportTally tally) => JsonSerializer.Serialize(tally, ImportJson.Default.ImportTally);

    static async Task UpdateAsync(NpgsqlConnection connection, string sql, object[] values, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<ImportCheckpoint?> ReadAsync(NpgsqlConnection connection, string sql, object value, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = value } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(reader.GetGuid(0), reader.GetInt64(1), JsonSerializer.Deserialize(reader.GetString(2), ImportJson.Default.ImportTally)!, reader.GetBoolean(3))
            : null;
    }
}

/// <summary>Reads and writes tallies: in the checkpoint, and as the read model of imports keeps them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(SnakeCaseConverter<RejectionReason>)])]
[JsonSerializable(typeof(ImportTally))]
[JsonSerializable(typeof(ImportValidated))]
[JsonSerializable(typeof(ImportPhases))]
sealed partial class ImportJson : JsonSerializerContext;
