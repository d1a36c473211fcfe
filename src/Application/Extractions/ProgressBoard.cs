using Microsoft.Extensions.Logging;
using Npgsql;
using Padron.Domain.Extractions;

namespace Padron.Application.Extractions;

/// <summary>Where processes that work on extractions tell how far they are (<c>padron.extraction_progress</c>), and all others read it.</summary>
/// <param name="dataSource">Rows are written on connections of their own, outside the transactions of claims and releases.</param>
/// <param name="streams">What became of an extraction is read from its stream, which no process can be late to tell.</param>
/// <param name="clock">Paces what is told.</param>
/// <param name="logger">Hears of progress that could not be told.</param>
public sealed class ProgressBoard(NpgsqlDataSource dataSource, Streams streams, TimeProvider clock, ILogger<ProgressBoard>? logger = null)
{
    const string ReadSql = """
        select p.updated_at, coalesce(p.claimed, 0), coalesce(p.written, 0), p.trouble,
               exists (select from queue.dead_letters where id = $1),
               $2 and exists (select from padron.extraction_contacts where extraction_id = $1 and released_at is null)
          from (values ($1)) x (id) left join padron.extraction_progress p on p.extraction_id = x.id
        """;

    /// <summary>For one process's work on one extraction.</summary>
    internal ProgressTeller For(Guid extractionId, int amount) => new(extractionId, amount, dataSource, clock, logger);

    /// <returns>Null when there is no such extraction.</returns>
    public async Task<ExtractionProgress?> ReadAsync(Guid extractionId, CancellationToken ct = default)
    {
        var extraction = await streams.LoadAsync(extractionId, Extraction.None, ExtractionDecider.Evolve, ct);
        if (extraction.Request is not { } request)
            return null;
        await using var command = dataSource.CreateCommand(ReadSql);
        command.Parameters.Add(new() { Value = extractionId });
        command.Parameters.Add(new() { Value = extraction.ReleaseReason is not null });
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var told = await reader.IsDBNullAsync(0, ct) ? (DateTimeOffset?)null : await reader.GetFieldValueAsync<DateTimeOffset>(0, ct);
        var (claimed, written) = (reader.GetInt32(1), reader.GetInt32(2));
        var stage = extraction.Status switch
        {
            ExtractionStatus.Delivered => ExtractionStage.Delivered,
            ExtractionStatus.Delivering => ExtractionStage.Writing,
            _ when reader.GetBoolean(5) => ExtractionStage.Releasing,
            ExtractionStatus.Failed => ExtractionStage.Failed,
            ExtractionStatus.Cancelled => ExtractionStage.Cancelled,
            _ => told is null ? ExtractionStage.Requested : ExtractionStage.Claiming,
        };
        var progress = new ExtractionProgress(
            extractionId, stage, extraction.Obtained > 0 ? extraction.Obtained : claimed,
            stage is ExtractionStage.Delivered ? extraction.Obtained : written, request.Amount, told,
            await reader.IsDBNullAsync(3, ct) ? null : reader.GetString(3), GivenUp: reader.GetBoolean(4));
        return progress.IsEnded ? progress with { Trouble = null, GivenUp = false } : progress;
    }
}
