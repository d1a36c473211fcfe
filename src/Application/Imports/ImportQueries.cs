using System.Text.Json;
using Npgsql;
using Padron.Application.Imports.Watching;
using Padron.Domain.Imports;

namespace Padron.Application.Imports;

/// <summary>An import as the read model shows it; its validation is the last one.</summary>
public sealed record ImportDocument(
    Guid Id, string FileName, string FileSha256, long Rows, string? PlanVersion, string Status, string? Reason, ImportTally? Tally,
    string? StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, ImportValidated? Validation = null)
{
    /// <summary>Contacts that a rollback took out of the register; null of an import that was not rolled back.</summary>
    public long? Removed { get; init; }

    /// <summary>Contacts that keep events of their own after the rollback.</summary>
    public long? Withdrawn { get; init; }

    /// <summary>How far it is, as long as it has not ended.</summary>
    public ImportStanding? Progress { get; init; }

    /// <summary>What each phase found.</summary>
    public ImportPhases Phases { get; init; } = new();

    /// <summary>Other tables of the source that it brought; null where nobody asked for them.</summary>
    public IReadOnlyList<ReferenceTable>? ReferenceTables { get; init; }
}

/// <summary>The facts of an import's phases; null what has not come to its end.</summary>
public sealed record ImportPhases
{
    public ImportPrepared? Prepared { get; init; }

    public ImportSampled? Sampled { get; init; }

    public ImportEstimated? Estimated { get; init; }

    public ImportLoadStarted? LoadStarted { get; init; }

    public ImportTuned? Tuned { get; init; }

    /// <summary>The last one.</summary>
    public ImportIncrementSaved? IncrementSaved { get; init; }

    public ImportFailed? Failed { get; init; }

    public ImportFinished? Finished { get; init; }
}

/// <summary>A row whose value was no phone number.</summary>
public sealed record ImportRejection(long SourceRow, string? Value, string Reason);

/// <summary>Reads imports.</summary>
/// <param name="dataSource">The register.</param>
/// <param name="board">Knows how far imports are that have not ended.</param>
public sealed class ImportQueries(NpgsqlDataSource dataSource, ImportBoard board)
{
    const string Columns = "id, file_name, file_sha256, rows, plan_version, status, reason, tally, started_by, started_at, ended_at, validation, removed, withdrawn, phases";

    /// <param name="limit">How many at most.</param>
    /// <param name="before">Only imports older than this one: the id of the last on the page before.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <returns>The newest first: ids are made in order of time.</returns>
    public Task<IReadOnlyList<ImportDocument>> ListAsync(int limit = 50, Guid? before = null, CancellationToken ct = default) =>
        ReadAsync($"select {Columns} from read.imports where id < $2 order by id desc limit $1", ct, limit, before ?? Guid.AllBitsSet);

    public async Task<ImportDocument?> GetAsync(Guid id, CancellationToken ct = default) =>
        (await ReadAsync($"select {Columns} from read.imports where id = $1", ct, id)).SingleOrDefault() is { } import
            ? import with { Progress = await board.ReadAsync(id, ct) is { IsEnded: false } standing ? standing : null }
            : null;

    /// <returns>In order of the source, streamed.</returns>
    public async IAsyncEnumerable<ImportRejection> RejectionsAsync(Guid id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand("select source_row, value, reason from padron.import_rejections where import_id = $1 order by source_row");
        command.Parameters.Add(new() { Value = id });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return new(reader.GetInt64(0), await reader.IsDBNullAsync(1, ct) ? null : reader.GetString(1), reader.GetString(2));
    }

    async Task<IReadOnlyList<ImportDocument>> ReadAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var imports = new List<ImportDocument>();
        while (await reader.ReadAsync(ct))
        {
            imports.Add(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), Text(4), reader.GetString(5), Text(6),
                Text(7) is { } tally ? JsonSerializer.Deserialize(tally, ImportJson.Default.ImportTally) : null,
                Text(8), reader.GetFieldValue<DateTimeOffset>(9), reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10),
                Text(11) is { } validation ? JsonSerializer.Deserialize(validation, ImportJson.Default.ImportValidated) : null)
            {
                Removed = Count(12),
                Withdrawn = Count(13),
                Phases = JsonSerializer.Deserialize(reader.GetString(14), ImportJson.Default.ImportPhases)!,
            });
        }

        return imports;

        long? Count(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
