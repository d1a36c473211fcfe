using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Padron.MartenExtensions.Queue;

/// <summary>Inserts messages, all in one statement, in whatever transaction the connection is in.</summary>
static class MessageWriter
{
    static readonly string Sql = EmbeddedSql.Beside(typeof(MessageWriter), "enqueue.sql");

    /// <returns>How many were new.</returns>
    public static async Task<int> EnqueueAsync(
        NpgsqlConnection connection, MessageTypes types, IReadOnlyList<QueueMessage> messages, EventMetadata metadata, CancellationToken ct)
    {
        if (messages.Count == 0)
            return 0;
        var bodies = messages.Select(message => (Type: types.Of(message.Body.GetType()), message.Body)).ToArray();
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll([.. messages], message => message.Id) },
                new() { Value = Array.ConvertAll(bodies, body => body.Type.Kind) },
                new() { Value = Array.ConvertAll([.. messages], message => (short)message.Priority) },
                new() { Value = Array.ConvertAll([.. messages], message => message.DueAt?.ToUniversalTime()), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = Array.ConvertAll(bodies, body => JsonSerializer.Serialize(body.Body, body.Type.Json)) },
                Text(metadata.CorrelationId),
                Text(metadata.CausationId),
                Text(metadata.User),
            },
        };
        return await command.ExecuteNonQueryAsync(ct);
    }

    static NpgsqlParameter Text(string? value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
