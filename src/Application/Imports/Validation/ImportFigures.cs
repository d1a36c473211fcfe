using Npgsql;
using Padron.MartenExtensions;

namespace Padron.Application.Imports.Validation;

/// <summary>Contacts that share a value; the value is empty where it is unknown.</summary>
public sealed record ValueCount(string Value, long Contacts);

/// <summary>How many rows an import had stored at a moment (UTC).</summary>
public sealed record PacePoint(long RowsRead, DateTimeOffset StoredAt);

/// <summary>How the contacts of an import are spread now, and how fast they came. Each list of values begins with the most frequent.</summary>
/// <param name="Contacts">All of the import.</param>
/// <param name="States">By state code.</param>
/// <param name="Ladas">By LADA.</param>
/// <param name="Statuses">By status.</param>
/// <param name="LineTypes">By line type.</param>
/// <param name="Details">How many contacts have each detail.</param>
/// <param name="Pace">One point a batch, ascending; empty for imports of before it was kept.</param>
public sealed record ImportSpread(
    long Contacts, IReadOnlyList<ValueCount> States, IReadOnlyList<ValueCount> Ladas, IReadOnlyList<ValueCount> Statuses, IReadOnlyList<ValueCount> LineTypes,
    IReadOnlyList<ValueCount> Details, IReadOnlyList<PacePoint> Pace);

/// <summary>Reads what a report of an import draws.</summary>
public sealed class ImportFigures(NpgsqlDataSource dataSource)
{
    static readonly string[] DetailNames = ["full_name", "address", "neighborhood", "municipality", "city"];

    static readonly string Figures = EmbeddedSql.Beside(typeof(ImportFigures), "figures.sql");

    public async Task<ImportSpread> ReadAsync(Guid importId, CancellationToken ct = default)
    {
        var kinds = Enumerable.Range(0, 16).Select(_ => new List<ValueCount>()).ToArray();
        var (contacts, details) = (0L, Array.Empty<ValueCount>());
        await using (var command = dataSource.CreateCommand(Figures))
        {
            command.CommandTimeout = 0;
            command.Parameters.Add(new() { Value = importId });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                var (kind, count) = (reader.GetInt32(0), reader.GetInt64(2));
                if (kind is not Kind.All)
                    kinds[kind].Add(new(reader.GetString(1), count));
                else
                    (contacts, details) = (count, [.. DetailNames.Select((name, i) => new ValueCount(name, reader.GetInt64(3 + i)))]);
            }
        }

        return new(contacts, kinds[Kind.State], kinds[Kind.Lada], kinds[Kind.Status], kinds[Kind.LineType], details, await ReadPaceAsync(importId, ct));
    }

    async Task<IReadOnlyList<PacePoint>> ReadPaceAsync(Guid importId, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand("select rows_read, stored_at from padron.import_pace where import_id = $1 order by rows_read");
        command.Parameters.Add(new() { Value = importId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var pace = new List<PacePoint>();
        while (await reader.ReadAsync(ct))
            pace.Add(new(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1)));
        return pace;
    }

    /// <summary>What <c>grouping</c> answers: a bit for each column that a row is not grouped by.</summary>
    static class Kind
    {
        public const int State = 0b0111;
        public const int Lada = 0b1011;
        public const int Status = 0b1101;
        public const int LineType = 0b1110;
        public const int All = 0b1111;
    }
}
