using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;
using Padron.Domain;
using Padron.MartenExtensions;

namespace Padron.Application.Idempotency;

/// <summary>An answer as it was given.</summary>
/// <param name="Status">HTTP status; from 400 on it is a refusal.</param>
/// <param name="Headers">Those that belong to the answer, by name.</param>
/// <param name="Body">Its bytes; none for an answer without a body.</param>
public sealed record StoredAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public bool IsRefusal => Status >= 400;
}

/// <summary>What requests with a key were answered, so that the same request again is answered the same and has no effect twice.</summary>
/// <remarks>Key, events and answer commit in one transaction. A request that was refused leaves nothing, so its key is free for a corrected one.</remarks>
public sealed class IdempotencyKeys(EventSessions sessions, TimeProvider clock)
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    // $1 key, $2 fingerprint, $3 status, $4 headers, $5 body, $6 now, $7 the youngest that is forgotten.
    // Every request that adds one takes away two old ones: no schedule is needed, and no request pays for many. A key whose answer has
    // outlived its time, and still stands, is taken over.
    const string AddSql = """
        with forgotten as (
            delete from padron.idempotency_keys
             where key in (select key from padron.idempotency_keys where created_at <= $7 and key <> $1 order by created_at limit 2 for update skip locked)
        )
        insert into padron.idempotency_keys (key, fingerprint, status, headers, body, created_at) values ($1, $2, $3, $4::jsonb, $5, $6)
            on conflict (key) do update set fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
                                            body = excluded.body, created_at = excluded.created_at
        """;

    /// <summary>Answers a request under its key.</summary>
    /// <param name="key">The client's.</param>
    /// <param name="fingerprint">Of the request: the same for the same method, path and body.</param>
    /// <param name="answer">
    /// Does what the request asks for. Whatever it appends through the store commits with its answer; an exception rolls it back. It may be run
    /// again when the database was away for a moment.
    /// </param>
    /// <param name="ct">Cancels before the commit.</param>
    /// <returns>The answer, and whether an earlier request had got it.</returns>
    /// <exception cref="RuleViolationException"><c>idempotency_key_reused</c>: another request had the key.</exception>
    public Task<(StoredAnswer Answer, bool Replayed)> AnswerAsync(
        string key, byte[] fingerprint, Func<CancellationToken, Task<StoredAnswer>> answer, CancellationToken ct = default) =>
        sessions.TransactAsync(
            async (session, token) =>
            {
                var now = clock.GetUtcNow();
                await LockAsync(session.Connection, key, token);
                if (await FindAsync(session.Connection, key, fingerprint, now, token) is { } earlier)
                    return (earlier, true);
                var given = await answer(token);
                if (!given.IsRefusal)
                    await AddAsync(session.Connection, key, fingerprint, given, now, token);
                return (given, false);
            },
            ct);

    // The same request twice at the same moment: the second waits for the first one's answer.
    static async Task LockAsync(NpgsqlConnection connection, string key, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('padron idempotency key ' || $1, 0))", connection)
        {
            Parameters = { new() { Value = key } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<StoredAnswer?> FindAsync(NpgsqlConnection connection, string key, byte[] fingerprint, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select fingerprint, status, headers, body from padron.idempotency_keys where key = $1 and created_at > $2", connection)
        {
            Parameters = { new() { Value = key }, new() { Value = now - Lifetime } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        if (!reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(fingerprint))
            throw new RuleViolationException("idempotency_key_reused", "This Idempotency-Key was used for another request: take a new key for a new request.");
        return new(
            reader.GetInt32(1), JsonSerializer.Deserialize(reader.GetString(2), AnswerJson.Default.IReadOnlyDictionaryStringString)!, reader.GetFieldValue<byte[]>(3));
    }

    static async Task AddAsync(NpgsqlConnection connection, string key, byte[] fingerprint, StoredAnswer answer, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(AddSql, connection)
        {
            Parameters =
            {
                new() { Value = key }, new() { Value = fingerprint }, new() { Value = answer.Status },
                new() { Value = JsonSerializer.Serialize(answer.Headers, AnswerJson.Default.IReadOnlyDictionaryStringString), NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = answer.Body }, new() { Value = now }, new() { Value = now - Lifetime },
            },
        };
        await command.ExecuteNonQueryAsync(ct);
    }
}

[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
sealed partial class AnswerJson : JsonSerializerContext;
