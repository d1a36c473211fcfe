using System.Text.Json;
using Npgsql;
using Padron.Domain;
using Padron.Domain.Extractions;

namespace Padron.Application.Extractions;

/// <summary>An extraction as the read model shows it.</summary>
/// <param name="Progress">How far it is, where that was asked for and it has not ended.</param>
public sealed record ExtractionDocument(
    Guid Id, Selection Selection, int Amount, string Format, string Status, string? Reason, int Obtained, string? FileName, long? FileBytes,
    string? FileSha256, string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset? EndedAt,
    ExtractionProgress? Progress = null);

/// <summary>Reads extractions.</summary>
public sealed class ExtractionQueries(NpgsqlDataSource dataSource, ProgressBoard board)
{
    const string Columns = "id, selection, amount, format, status, reason, obtained, file_name, file_bytes, file_sha256, requested_by, requested_at, ended_at";

    /// <param name="limit">How many at most.</param>
    /// <param name="before">Only extractions older than this one: the id of the last on the page before.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <returns>The newest first: ids are made in order of time.</returns>
    public Task<IReadOnlyList<ExtractionDocument>> ListAsync(int limit = 50, Guid? before = null, CancellationToken ct = default) =>
        ReadAsync($"select {Columns} from read.extractions where id < $2 order by id desc limit $1", ct, limit, before ?? Guid.AllBitsSet);

    /// <summary>An extraction, and how far it is while it runs.</summary>
    public async Task<ExtractionDocument?> GetAsync(Guid id, CancellationToken ct = default)
    {
        var extraction = (await ReadAsync($"select {Columns} from read.extractions where id = $1", ct, id)).SingleOrDefault();
        return extraction is { Status: not "DELIVERED" } && await board.ReadAsync(id, ct) is { IsEnded: false } progress
            ? extraction with { Progress = progress }
            : extraction;
    }

    async Task<IReadOnlyList<ExtractionDocument>> ReadAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var extractions = new List<ExtractionDocument>();
        while (await reader.ReadAsync(ct))
        {
            extractions.Add(new(
                reader.GetGuid(0), JsonSerializer.Deserialize(reader.GetString(1), EventJson.Default.Selection)!, reader.GetInt32(2), reader.GetString(3),
                reader.GetString(4), Text(5), reader.GetInt32(6), Text(7), reader.IsDBNull(8) ? null : reader.GetInt64(8), Text(9), reader.GetString(10),
                reader.GetFieldValue<DateTimeOffset>(11), reader.IsDBNull(12) ? null : reader.GetFieldValue<DateTimeOffset>(12)));
        }

        return extractions;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
