using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace Padron.EventStore.Bulk;

/// <summary>New streams and their events, as rows for COPY.</summary>
/// <remarks>
/// <c>mt_dotnet_type</c> stays NULL: Marten reads such rows too, COPY is a fifth faster and an event 45 bytes smaller.
/// </remarks>
/// <param name="types">How events are named and written.</param>
/// <param name="metadata">Of every event.</param>
/// <param name="at">When the streams came to be: the timestamp of every row (UTC).</param>
public sealed class EventRows(EventTypes types, EventMetadata metadata, DateTimeOffset at) : IDisposable
{
    const string StreamColumns = $"{ShadowTables.Schema}.mt_streams (id, version, timestamp, created)";
    const string EventColumns = $"{ShadowTables.Schema}.mt_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, user_name)";

    readonly CopyBuffer streams = new();
    readonly CopyBuffer events = new();
    readonly EventIds ids = new(at);
    // jsonb keeps no escapes, so there is no use in writing them for PostgreSQL to read.
    readonly Utf8JsonWriter json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    readonly byte[]? correlationId = Bytes(metadata.CorrelationId);
    readonly byte[]? user = Bytes(metadata.User);
    readonly Dictionary<Type, (EventType Type, byte[] Name)> known = [];

    /// <param name="streamId">The stream, which must be new.</param>
    /// <param name="facts">Its events, oldest first.</param>
    /// <param name="positions">A position for each, in order.</param>
    public void Add(Guid streamId, ReadOnlySpan<object> facts, ReadOnlySpan<long> positions)
    {
        streams.BeginRow(4);
        streams.Write(streamId);
        streams.Write((long)facts.Length);
        streams.Write(at);
        streams.Write(at);
        for (var i = 0; i < facts.Length; i++)
            Add(streamId, i + 1, facts[i], positions[i]);
    }

    /// <summary>Sends what was added since the last time.</summary>
    public async Task CopyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await streams.CopyAsync(connection, StreamColumns, ct);
        await events.CopyAsync(connection, EventColumns, ct);
    }

    public void Clear()
    {
        streams.Clear();
        events.Clear();
    }

    /// <summary>Draws positions in the transaction and on the connection that will store their events: the high-water mark sees who may still fill them.</summary>
    public static async Task<long[]> DrawPositionsAsync(NpgsqlConnection connection, int count, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select nextval('events.mt_events_sequence') from generate_series(1, $1)", connection)
        {
            Parameters = { new() { Value = count } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var positions = new long[count];
        for (var i = 0; await reader.ReadAsync(ct); i++)
            positions[i] = reader.GetInt64(0);
        return positions;
    }

    public void Dispose()
    {
        streams.Dispose();
        events.Dispose();
        json.Dispose();
    }

    void Add(Guid streamId, long version, object fact, long position)
    {
        var (type, name) = Known(fact);
        events.BeginRow(9);
        events.Write(position);
        events.Write(ids.Next());
        events.Write(streamId);
        events.Write(version);
        var start = events.BeginJsonb();
        json.Reset(events);
        JsonSerializer.Serialize(json, fact, type.Json);
        json.Flush();
        events.EndField(start);
        events.Write(name);
        events.Write(at);
        Write(correlationId);
        Write(user);
    }

    void Write(byte[]? text)
    {
        if (text is null)
            events.WriteNull();
        else
            events.Write(text);
    }

    (EventType Type, byte[] Name) Known(object fact)
    {
        if (!known.TryGetValue(fact.GetType(), out var found))
        {
            var type = types.Of(fact);
            known.Add(fact.GetType(), found = (type, Encoding.UTF8.GetBytes(type.Name)));
        }

        return found;
    }

    static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
