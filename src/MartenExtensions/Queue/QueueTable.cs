using Npgsql;
using NpgsqlTypes;

namespace Padron.MartenExtensions.Queue;

/// <summary>What a worker does to the rows of <c>queue.messages</c>. Times are the database's: workers' clocks differ.</summary>
sealed class QueueTable(NpgsqlDataSource dataSource)
{
    const int ExpiredAtOnce = 500;

    static readonly string TakeSql = Sql("take.sql");
    static readonly string RenewSql = Sql("renew.sql");
    static readonly string ReleaseSql = Sql("release.sql");
    static readonly string FailSql = Sql("fail.sql");
    static readonly string FailSkippingBusySql = FailSql.Replace("/*busy*/", "skip locked", StringComparison.Ordinal);

    /// <summary>Leases up to <paramref name="count"/> messages of the kinds that have a handler.</summary>
    /// <returns>The messages, and whether others were busy taking what this worker might have had.</returns>
    public async Task<(List<TakenMessage> Messages, bool Contended)> TakeAsync(
        IReadOnlyDictionary<string, RegisteredHandler> handlers, int count, string worker, TimeSpan lease, CancellationToken ct)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        var limited = handlers.Where(handler => handler.Value.Policy.MaxConcurrency is not null).Select(handler => handler.Key).ToArray();
        if (limited.Length == 0)
            return await TakeAsync(connection, handlers, [.. handlers.Keys], count, worker, lease, ct);

        // Leases of a limited kind are counted and taken by one worker at a time, or two would both see the last place free. Whoever
        // comes second leaves the kind alone for this time. The lock is a statement of its own, so that the count sees what was
        // committed before it was had.
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var ours = await LockAsync(connection, limited, ct);
        string[] kinds = [.. handlers.Keys.Where(kind => !limited.Contains(kind) || ours.Contains(kind))];
        var (messages, contended) = await TakeAsync(connection, handlers, kinds, count, worker, lease, ct);
        await transaction.CommitAsync(ct);
        return (messages, contended || ours.Count < limited.Length);
    }

    /// <returns>The ids among <paramref name="messages"/> whose lease this worker still has.</returns>
    public async Task<HashSet<Guid>> RenewAsync(IReadOnlyList<TakenMessage> messages, string worker, TimeSpan lease, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(RenewSql);
        Add(command, Ids(messages), Attempts(messages), worker, lease.TotalSeconds);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var held = new HashSet<Guid>();
        while (await reader.ReadAsync(ct))
            held.Add(reader.GetGuid(0));
        return held;
    }

    /// <summary>Gives back what was taken and never begun.</summary>
    public async Task ReleaseAsync(IReadOnlyList<TakenMessage> messages, string worker)
    {
        await using var command = dataSource.CreateCommand(ReleaseSql);
        Add(command, Ids(messages), Attempts(messages), worker);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Removes a message that was handled and has no transaction of its own.</summary>
    public async Task<bool> RemoveAsync(TakenMessage message)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        return await RemoveAsync(message, connection);
    }

    /// <summary>Removes a message that was handled, in the transaction of its effects.</summary>
    /// <returns>False when another worker has it by now: roll back.</returns>
    public static async Task<bool> RemoveAsync(TakenMessage message, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("delete from queue.messages where id = $1 and leased_by = $2 and attempts = $3", connection);
        Add(command, message.Id, message.Worker, message.Attempt);
        await command.PrepareAsync(); // once a connection: planning costs more than the deletion
        return await command.ExecuteNonQueryAsync() == 1;
    }

    /// <returns>Whether it is a dead letter now; null when another worker has it, or it was handled after all.</returns>
    public async Task<bool?> FailAsync(FailedAttempt attempt) =>
        (await FailAsync([attempt], expired: false, CancellationToken.None)) is [var (_, dead)] ? dead : null;

    /// <summary>Ends the attempts whose worker died, or was cut off, and let the lease run out.</summary>
    /// <returns>Each one's id, and whether it is a dead letter now.</returns>
    public async Task<List<(Guid Id, bool Dead)>> FailExpiredAsync(IReadOnlyDictionary<string, RegisteredHandler> handlers, CancellationToken ct)
    {
        var expired = new List<FailedAttempt>();
        await using (var command = dataSource.CreateCommand(
            $"select id, leased_by, attempts, kind from queue.messages where kind = any ($1) and lease_until <= now() limit {ExpiredAtOnce}"))
        {
            Add(command, [handlers.Keys.ToArray()]); // one array, not many texts
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                expired.Add(new(
                    reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2),
                    "The worker did not finish before its lease ran out: it died, hung, or was cut off from the database.",
                    handlers[reader.GetString(3)].Policy));
            }
        }

        return expired.Count == 0 ? [] : await FailAsync(expired, expired: true, ct);
    }

    async Task<List<(Guid Id, bool Dead)>> FailAsync(IReadOnlyList<FailedAttempt> attempts, bool expired, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(expired ? FailSkippingBusySql : FailSql);
        Add(
            command,
            Array.ConvertAll([.. attempts], a => a.Id),
            Array.ConvertAll([.. attempts], a => a.Worker),
            Array.ConvertAll([.. attempts], a => a.Attempt),
            Array.ConvertAll([.. attempts], a => a.Error),
            Array.ConvertAll([.. attempts], a => a.Policy.MaxAttempts),
            Array.ConvertAll([.. attempts], a => a.Policy.FirstDelay.TotalSeconds),
            Array.ConvertAll([.. attempts], a => a.Policy.MaxDelay.TotalSeconds),
            expired);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ended = new List<(Guid, bool)>();
        while (await reader.ReadAsync(ct))
            ended.Add((reader.GetGuid(0), reader.GetBoolean(1)));
        return ended;
    }

    static async Task<(List<TakenMessage> Messages, bool Contended)> TakeAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, RegisteredHandler> handlers, string[] kinds, int count, string worker, TimeSpan lease,
        CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(TakeSql, connection);
        Add(command, kinds, Array.ConvertAll(kinds, kind => handlers[kind].Policy.MaxConcurrency), count, worker, lease.TotalSeconds);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var messages = new List<TakenMessage>(count);
        var contended = false;
        while (await reader.ReadAsync(ct))
        {
            if (await reader.IsDBNullAsync(0, ct))
            {
                contended = true;
                continue;
            }

            messages.Add(new(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), worker,
                await reader.IsDBNullAsync(4, ct) ? null : reader.GetString(4),
                await reader.IsDBNullAsync(5, ct) ? null : reader.GetString(5),
                await reader.GetFieldValueAsync<DateTimeOffset>(6, ct)));
        }

        return (messages, contended);
    }

    static async Task<HashSet<string>> LockAsync(NpgsqlConnection connection, string[] kinds, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select kind from unnest($1::text[]) kind where pg_try_advisory_xact_lock(hashtextextended('queue.messages:' || kind, 0))", connection);
        Add(command, [kinds]);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ours = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            ours.Add(reader.GetString(0));
        return ours;
    }

    static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values)
            command.Parameters.Add(value is int?[]? new() { Value = value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer } : new() { Value = value });
    }

    static Guid[] Ids(IReadOnlyList<TakenMessage> messages) => Array.ConvertAll([.. messages], message => message.Id);

    static int[] Attempts(IReadOnlyList<TakenMessage> messages) => Array.ConvertAll([.. messages], message => message.Attempt);

    static string Sql(string file) => EmbeddedSql.Beside(typeof(QueueTable), file);
}
