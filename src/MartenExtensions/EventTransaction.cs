using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Queue;

namespace Padron.MartenExtensions;

/// <summary>Appends, and whatever else must be true together with them, inside one database transaction.</summary>
/// <remarks>Made by <see cref="PostgresEventStore.TransactAsync{T}"/>, which commits it.</remarks>
public sealed class EventTransaction
{
    static readonly string AppendManySql = EmbeddedSql.Beside(typeof(EventTransaction), "append-many.sql");
    static readonly string AppendManySkippingBusySql = AppendManySql.Replace("/*busy*/", "skip locked", StringComparison.Ordinal);

    readonly EventTypes types;
    readonly MessageTypes messageTypes;

    internal EventTransaction(NpgsqlConnection connection, EventTypes types, MessageTypes? messageTypes = null)
    {
        Connection = connection;
        this.types = types;
        this.messageTypes = messageTypes ?? MessageTypes.None;
    }

    /// <summary>The connection that carries the transaction: commands on it commit or roll back with the events.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Appends to one stream.</summary>
    public async Task<AppendResult> AppendAsync(StreamAppend append, EventMetadata metadata, CancellationToken ct = default)
    {
        var result = await AppendManyAsync([append], metadata, BusyStreams.Wait, ct);
        return result.Position is { } position
            ? new AppendResult.Appended(position, append.ExpectedVersion + append.Events.Count)
            : new AppendResult.Conflict();
    }

    /// <summary>Appends to many streams in one round trip, each at its own expected version.</summary>
    /// <exception cref="ArgumentException">A stream stands twice in the batch, or has no event.</exception>
    /// <exception cref="StreamsLoadingException">A bulk load is bringing in streams of this kind.</exception>
    public async Task<AppendManyResult> AppendManyAsync(
        IReadOnlyList<StreamAppend> appends, EventMetadata metadata, BusyStreams busy = BusyStreams.Wait, CancellationToken ct = default)
    {
        if (appends.Count == 0)
            return new AppendManyResult(null, new HashSet<Guid>());
        RequireOneAppendAStream(appends);
        await using var command = new NpgsqlCommand(busy is BusyStreams.Skip ? AppendManySkippingBusySql : AppendManySql, Connection);
        AddParameters(command.Parameters, appends, metadata);
        return await EnqueueMessagesAsync(await ReadAsync(command, ct), appends, metadata, ct);
    }

    /// <summary>
    /// The same for thousands of streams, and several times faster: the events come by COPY. They have no .NET type, as those of a bulk load, and every
    /// busy stream is waited for.
    /// </summary>
    /// <exception cref="ArgumentException">A stream stands twice in the batch, or has no event.</exception>
    /// <exception cref="StreamsLoadingException">A bulk load is bringing in streams of this kind.</exception>
    public async Task<AppendManyResult> CopyManyAsync(IReadOnlyList<StreamAppend> appends, EventMetadata metadata, CancellationToken ct = default)
    {
        if (appends.Count == 0)
            return new AppendManyResult(null, new HashSet<Guid>());
        RequireOneAppendAStream(appends);
        return await EnqueueMessagesAsync(await BulkAppend.RunAsync(Connection, types, appends, metadata, ct), appends, metadata, ct);
    }

    /// <summary>Enqueues messages that commit with the transaction; those of one append are better given to it (<see cref="StreamAppend.Messages"/>).</summary>
    /// <returns>How many were new: an id that is queued or dead already is left as it is.</returns>
    public Task<int> EnqueueAsync(IReadOnlyList<QueueMessage> messages, EventMetadata metadata, CancellationToken ct = default) =>
        MessageWriter.EnqueueAsync(Connection, messageTypes, messages, metadata, ct);

    async Task<AppendManyResult> EnqueueMessagesAsync(AppendManyResult result, IReadOnlyList<StreamAppend> appends, EventMetadata metadata, CancellationToken ct)
    {
        await EnqueueAsync([.. appends.Where(append => !result.Conflicts.Contains(append.StreamId)).SelectMany(append => append.Messages)], metadata, ct);
        return result;
    }

    static void RequireOneAppendAStream(IReadOnlyList<StreamAppend> appends)
    {
        if (appends.Select(append => append.StreamId).Distinct().Count() != appends.Count)
            throw new ArgumentException("A stream may stand only once in a batch: put its events together.", nameof(appends));
        if (appends.Any(append => append.Events.Count == 0))
            throw new ArgumentException("Every stream of a batch needs an event.", nameof(appends));
    }

    static async Task<AppendManyResult> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        if (reader.GetBoolean(2))
            throw new StreamsLoadingException();
        return new AppendManyResult(
            await reader.IsDBNullAsync(0, ct) ? null : reader.GetInt64(0),
            (await reader.GetFieldValueAsync<Guid[]>(1, ct)).ToHashSet());
    }

    void AddParameters(NpgsqlParameterCollection parameters, IReadOnlyList<StreamAppend> appends, EventMetadata metadata)
    {
        // A fact that many streams get, as in a claim, is written and sent once.
        var facts = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        var events = appends
            .SelectMany((append, stream) => append.Events.Select((fact, place) => (Stream: stream + 1, Place: place + 1, Fact: IndexOf(fact)))).ToArray();
        var distinct = facts.OrderBy(fact => fact.Value).Select(fact => (Data: fact.Key, Type: types.Of(fact.Key))).ToArray();
        parameters.Add(new() { Value = Array.ConvertAll([.. appends], append => append.StreamId) });
        parameters.Add(new() { Value = Array.ConvertAll([.. appends], append => append.ExpectedVersion) });
        parameters.Add(new() { Value = Array.ConvertAll([.. appends], append => append.Events.Count) });
        parameters.Add(new() { Value = Array.ConvertAll(events, e => e.Stream) });
        parameters.Add(new() { Value = Array.ConvertAll(events, e => e.Place) });
        parameters.Add(new() { Value = Array.ConvertAll(events, _ => Guid.CreateVersion7()) });
        parameters.Add(new() { Value = Array.ConvertAll(events, e => e.Fact) });
        parameters.Add(new() { Value = Array.ConvertAll(distinct, fact => fact.Type.Name) });
        parameters.Add(new() { Value = Array.ConvertAll(distinct, fact => JsonSerializer.Serialize(fact.Data, fact.Type.Json)) });
        parameters.Add(new() { Value = Array.ConvertAll(distinct, fact => fact.Type.DotnetName) });
        parameters.Add(Text(null));
        parameters.Add(Text(metadata.CorrelationId));
        parameters.Add(Text(metadata.CausationId));
        parameters.Add(Text(metadata.Headers));
        parameters.Add(Text(metadata.User));

        int IndexOf(object fact)
        {
            ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(facts, fact, out var isKnown);
            return isKnown ? index : index = facts.Count;
        }

        static NpgsqlParameter Text(string? value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
    }
}
