using Npgsql;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.MartenExtensions;

namespace Padron.Application.Imports.Validation;

/// <summary>Compares rows of the source with what became of them. It asks by number, not by the source row that the import noted.</summary>
public sealed class SampleCheck(NpgsqlDataSource dataSource)
{
    static readonly string Sampled = EmbeddedSql.Beside(typeof(SampleCheck), "sampled.sql");

    const string SelectRejected = "select source_row from padron.import_rejections where import_id = $1 and source_row = any ($2)";

    public async Task<ImportCheck> RunAsync(Guid importId, IReadOnlyList<SourceRow> rows, CancellationToken ct)
    {
        var read = rows.Select(row => (Row: row, Number: MexicanNumber.Normalize(row.Numero, row.Lada))).ToArray();
        var shown = await ReadShownAsync([.. read.Where(r => r.Number.Rejection is null).Select(r => r.Number.Phone.Digits)], ct);
        var rejected = await ReadRejectedAsync(importId, [.. read.Where(r => r.Number.Rejection is not null).Select(r => r.Row.Row)], ct);
        var failed = read
            .Select(r => (r.Row.Row, Wrong: r.Number.Rejection is not null
                ? rejected.Contains(r.Row.Row) ? null : "rejection"
                : shown.TryGetValue(r.Number.Phone.Digits, out var contact) ? Difference(importId, r.Row, r.Number, contact) : "contact"))
            .Where(result => result.Wrong is not null)
            .ToArray();
        return ImportCheck.Of(ImportChecks.Sample, rows.Count, failed.Length, failed.Select(result => $"row {result.Row}: {result.Wrong}"));
    }

    /// <returns>The first field that differs; null when none does.</returns>
    static string? Difference(Guid importId, SourceRow row, NormalizedNumber number, ShownContact shown)
    {
        if (shown.ImportId != importId)
            return Change(importId, row, shown);
        if (shown.SourceRow != row.Row)
            return shown.SourceRow < row.Row ? null : "source_row"; // of rows with one number the lowest speaks
        if (shown.IsChanged)
            return null;

        var place = Ladas.Find(number.Phone);
        (string Field, object? Source, object? Register)[] fields =
        [
            ("phone_original", SourceText.Clean(row.Campo1Original) ?? SourceText.Clean(row.Numero), shown.PhoneOriginal),
            ("full_name", SourceText.Clean(row.Nombre), shown.FullName),
            ("address", SourceText.Clean(row.Direccion), shown.Address),
            ("neighborhood", SourceText.Clean(row.Colonia), shown.Neighborhood),
            ("municipality", SourceText.Clean(row.MunicipioCof), shown.Municipality),
            ("city", SourceText.Clean(row.CiudadPorLada) ?? place?.City, shown.City),
            ("state_code", MexicanStates.Match(row.EstadoCof)?.Code ?? place?.StateCode, shown.StateCode),
            ("migrated_at", RowReading.ReadDate(row.FechaMigracion), shown.MigratedAt),
            ("lada", Lada.Of(number.Phone), shown.Lada),
            ("lada_inferred", number.LadaInferred, shown.LadaInferred),
        ];
        return fields.FirstOrDefault(field => !Equals(field.Source, field.Register)).Field;
    }

    /// <summary>The same of a contact that was known before: what the row gives must have changed it, if this is the row that did.</summary>
    static string? Change(Guid importId, SourceRow row, ShownContact shown)
    {
        if (shown.ChangedBy != importId)
            return null; // it told nothing new, or somebody else has told since
        if (shown.ChangedByRow != row.Row)
            return shown.ChangedByRow < row.Row ? null : "source_row";

        (string Field, string? Given, string? Register)[] fields =
        [
            ("full_name", SourceText.Clean(row.Nombre), shown.FullName),
            ("address", SourceText.Clean(row.Direccion), shown.Address),
            ("neighborhood", SourceText.Clean(row.Colonia), shown.Neighborhood),
            ("municipality", SourceText.Clean(row.MunicipioCof), shown.Municipality),
            ("city", SourceText.Clean(row.CiudadPorLada), shown.City),
            ("state_code", MexicanStates.Match(row.EstadoCof)?.Code, shown.StateCode),
        ];
        return fields.FirstOrDefault(field => field.Given is { } given && given != field.Register).Field;
    }

    async Task<Dictionary<long, ShownContact>> ReadShownAsync(long[] phones, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(Sampled);
        command.Parameters.Add(new() { Value = phones });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var shown = new Dictionary<long, ShownContact>(phones.Length);
        while (await reader.ReadAsync(ct))
        {
            shown[reader.GetInt64(0)] = new(
                Value<Guid>(1), Value<long>(2), Text(3), Text(4), Text(5), Text(6), Text(7), Text(8), Value<DateTimeOffset>(9), Value<bool>(10) ?? false,
                reader.GetString(11), Text(12), reader.GetBoolean(13), Value<Guid>(14), Value<long>(15));
        }

        return shown;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        T? Value<T>(int column)
            where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
    }

    async Task<HashSet<long>> ReadRejectedAsync(Guid importId, long[] rows, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(SelectRejected);
        command.Parameters.Add(new() { Value = importId });
        command.Parameters.Add(new() { Value = rows });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rejected = new HashSet<long>();
        while (await reader.ReadAsync(ct))
            rejected.Add(reader.GetInt64(0));
        return rejected;
    }

    sealed record ShownContact(
        Guid? ImportId, long? SourceRow, string? PhoneOriginal, string? FullName, string? Address, string? Neighborhood, string? Municipality, string? City,
        DateTimeOffset? MigratedAt, bool LadaInferred, string Lada, string? StateCode, bool IsChanged,
        Guid? ChangedBy, long? ChangedByRow);
}
