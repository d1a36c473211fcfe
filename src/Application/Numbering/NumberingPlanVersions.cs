using Npgsql;
using NpgsqlTypes;
using Padron.Domain.Numbering;

namespace Padron.Application.Numbering;

/// <summary>A numbering plan that was loaded.</summary>
/// <param name="Version">Its name; a file that was loaded twice has one.</param>
/// <param name="FileName">The file it was loaded from.</param>
/// <param name="FileSha256">Of the file's bytes; null, like all that follows but the date, where it was loaded before this was recorded.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="Overlaps">How many blocks of the file shared numbers with others.</param>
/// <param name="Difference">To the plan in force before it; the first plan adds all its numbers.</param>
/// <param name="LoadedAt">UTC.</param>
/// <param name="LoadedBy">The operator.</param>
public sealed record NumberingPlanVersion(
    string Version, string FileName, string? FileSha256, int Blocks, int? Overlaps, NumberingPlanDifference? Difference, DateTimeOffset LoadedAt, string? LoadedBy);

/// <summary>Which plans were loaded. Of those before the one in force only this is kept: events name the plan they rest on, and need its blocks no more.</summary>
public sealed class NumberingPlanVersions(NpgsqlDataSource dataSource)
{
    /// <param name="connection">Carries the transaction that replaces the plan.</param>
    /// <param name="version">The plan that is in force from now on.</param>
    /// <param name="ct">Cancelling keeps the old plan.</param>
    public static async Task RecordAsync(NpgsqlConnection connection, NumberingPlanVersion version, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into padron.numbering_plan_versions (
                version, file_name, file_sha256, blocks, overlapping, became_mobile, became_fixed, added, removed, carrier_changed, loaded_at, loaded_by)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = version.Version },
                new() { Value = version.FileName },
                Nullable(NpgsqlDbType.Text, version.FileSha256),
                new() { Value = version.Blocks },
                Nullable(NpgsqlDbType.Integer, version.Overlaps),
                Nullable(NpgsqlDbType.Bigint, version.Difference?.BecameMobile),
                Nullable(NpgsqlDbType.Bigint, version.Difference?.BecameFixed),
                Nullable(NpgsqlDbType.Bigint, version.Difference?.Added),
                Nullable(NpgsqlDbType.Bigint, version.Difference?.Removed),
                Nullable(NpgsqlDbType.Bigint, version.Difference?.CarrierChanged),
                new() { Value = version.LoadedAt },
                Nullable(NpgsqlDbType.Text, version.LoadedBy),
            },
        };
        await command.ExecuteNonQueryAsync(ct);

        static NpgsqlParameter Nullable(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
    }

    /// <returns>The last loaded first: it is the one in force.</returns>
    public async Task<IReadOnlyList<NumberingPlanVersion>> ListAsync(CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand(
            """
            select version, file_name, file_sha256, blocks, overlapping, became_mobile, became_fixed, added, removed, carrier_changed, loaded_at, loaded_by
              from padron.numbering_plan_versions
             order by ordinal desc
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var versions = new List<NumberingPlanVersion>();
        while (await reader.ReadAsync(ct))
        {
            versions.Add(new(
                reader.GetString(0),
                reader.GetString(1),
                await TextAsync(2),
                reader.GetInt32(3),
                await reader.IsDBNullAsync(4, ct) ? null : reader.GetInt32(4),
                await reader.IsDBNullAsync(5, ct) ? null : new(reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9)),
                await reader.GetFieldValueAsync<DateTimeOffset>(10, ct),
                await TextAsync(11)));
        }

        return versions;

        async Task<string?> TextAsync(int column) => await reader.IsDBNullAsync(column, ct) ? null : reader.GetString(column);
    }
}
