using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Padron.Application.Extractions;

/// <summary>Tells how far one process is with one extraction: at each new stage, and at most once a second in between.</summary>
/// <remarks>Progress that can't be told is logged and never fails the extraction.</remarks>
sealed partial class ProgressTeller(Guid extractionId, int amount, NpgsqlDataSource dataSource, TimeProvider clock, ILogger? logger)
{
    /// <summary>Between two rows of the same stage.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    const int LongestWait = 2; // seconds: a row that somebody has locked is not worth holding up an extraction for

    const string TellSql = """
        insert into padron.extraction_progress (extraction_id, stage, claimed, written, amount, trouble, updated_at) values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (extraction_id) do update
           set stage = excluded.stage, claimed = excluded.claimed, written = excluded.written, trouble = excluded.trouble, updated_at = excluded.updated_at
        """;

    ExtractionStage? stage;
    long toldAt;
    int claimed, written;

    public Task ClaimedAsync(int contacts)
    {
        claimed = contacts;
        return TellAsync(ExtractionStage.Claiming);
    }

    public Task WrittenAsync(int contacts)
    {
        written = contacts;
        return TellAsync(ExtractionStage.Writing);
    }

    /// <param name="now">What is done from here on.</param>
    /// <param name="obtained">What was claimed, where another process may have claimed it.</param>
    public Task TellAsync(ExtractionStage now, int? obtained = null)
    {
        claimed = obtained ?? claimed;
        if (now == stage && clock.GetElapsedTime(toldAt) < Interval)
            return Task.CompletedTask;
        (stage, toldAt) = (now, clock.GetTimestamp());
        return WriteAsync(now, trouble: null);
    }

    /// <summary>Ends this process's work with what it failed of; another process, or another try, goes on.</summary>
    public Task FailedAsync(string trouble) => WriteAsync(stage ?? ExtractionStage.Claiming, trouble);

    async Task WriteAsync(ExtractionStage now, string? trouble)
    {
        try
        {
            await using var command = dataSource.CreateCommand(TellSql);
            command.CommandTimeout = LongestWait;
            command.Parameters.Add(new() { Value = extractionId });
            command.Parameters.Add(new() { Value = JsonNamingPolicy.SnakeCaseLower.ConvertName(now.ToString()) });
            command.Parameters.Add(new() { Value = claimed });
            command.Parameters.Add(new() { Value = written });
            command.Parameters.Add(new() { Value = amount });
            command.Parameters.Add(new() { Value = (object?)trouble ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = clock.GetUtcNow() });
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException error)
        {
            if (logger is not null)
                Untold(logger, extractionId, error);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The progress of extraction {ExtractionId} could not be told")]
    static partial void Untold(ILogger logger, Guid extractionId, Exception error);
}
