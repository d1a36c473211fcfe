using JasperFx;
using JasperFx.Events.Daemon;
using Npgsql;

namespace Padron.MartenExtensions.Daemon;

/// <summary>
/// The streams that have a dead letter of a projection. The letter names the first event that could not be applied; every later event of the stream is left out
/// of the fold too, so that the order of a stream is never broken. Nothing is stored for those.
/// </summary>
static class PoisonedStreams
{
    static readonly string LeftOutSql = EmbeddedSql.Beside(typeof(PoisonedStreams), "left-out.sql");

    /// <returns>The positions of a page that its fold leaves out, ascending.</returns>
    public static async Task<IReadOnlyList<long>> LeftOutAsync(NpgsqlConnection connection, SqlProjection projection, long from, long to, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LeftOutSql, connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = projection.ProgressionName }, new() { Value = from }, new() { Value = to } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var positions = new List<long>();
        while (await reader.ReadAsync(ct))
            positions.Add(reader.GetInt64(0));
        return positions;
    }

    public static async Task<long> CountAsync(NpgsqlConnection connection, SqlProjection projection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select count(*) from events.mt_doc_deadletterevent where (data->>'projectionName') || ':' || (data->>'shardName') = $1", connection)
        {
            Parameters = { new() { Value = projection.ProgressionName } },
        };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>As Marten stores one, so that its tools show it too. The name and the shard together are the name of the progression.</summary>
    public static DeadLetterEvent Letter(SqlProjection projection, long position, PostgresException error, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        ProjectionName = projection.Name,
        ShardName = projection.ProgressionName[(projection.Name.Length + 1)..],
        EventSequence = position,
        ExceptionType = nameof(PostgresException),
        ExceptionMessage = ProjectionErrors.Describe(error),
        Timestamp = at,
        TenantId = StorageConstants.DefaultTenantId,
    };
}
