using System.Text.Json;
using Npgsql;
using Padron.Domain.Contacts;
using Padron.EventStore;
using Padron.EventStore.Bulk;
using Padron.Projections.Contacts;

namespace Padron.Application.Imports.Rollback;

/// <summary>Takes back one batch of contacts that an import brought: streams, events, read rows, counts and the rollback's row in one transaction.</summary>
sealed class RollbackBatch(PostgresEventStore store, Guid importId, EventMetadata metadata, DateTimeOffset at)
{
    // In the order of their positions, which is about the order they lie in, on every table. $1 the import, $2 and $3 exclusive bounds, $4 how many.
    const string NextSql = """
        select seq_id, stream_id
          from events.mt_events
         where seq_id > $2 and seq_id < $3 and type = 'contact_imported' and data->>'importId' = $1::text
         order by seq_id limit $4
        """;

    const string HistoriesSql = "select stream_id, type, data from events.mt_events where stream_id = any ($1) order by stream_id, version";

    readonly string correlationId = importId.ToString();

    /// <returns>How far the rollback is after it.</returns>
    public Task<(RollbackRow Row, RollbackStep Step)> RunAsync(int size, CancellationToken ct) =>
        store.TransactAsync(
            async (transaction, token) =>
            {
                var connection = transaction.Connection;
                var row = await RollbackRow.LockAsync(connection, importId, token) ?? throw new InvalidOperationException($"Import {importId} is not being rolled back.");
                if (!await ContactRemoval.TryBeginAsync(connection, row.BeforePosition, token))
                    return (row, RollbackStep.ProjectionBehind);
                var next = await NextAsync(connection, row, size, token);
                if (next.Count == 0)
                    return (row, RollbackStep.Done);

                await NoWaitForDiskAsync(connection, token);
                var contacts = next.Select(contact => contact.Id).Distinct().ToArray();
                await StreamRemoval.LockAsync(connection, contacts, token);
                var removed = await StreamRemoval.RemoveAsync(connection, contacts, correlationId, token);
                await ContactRemoval.RemoveAsync(connection, removed, token);
                var withdrawn = await WithdrawAsync(transaction, [.. contacts.Except(removed)], token);

                row = row with { AfterPosition = next[^1].Position, Removed = row.Removed + removed.Length, Withdrawn = row.Withdrawn + withdrawn };
                await row.StoreAsync(connection, token);
                return (row, RollbackStep.TookBack);
            },
            ct);

    // They are few: whoever opted out, was handed out or corrected meanwhile. So the rule for one contact decides.
    async Task<int> WithdrawAsync(EventTransaction transaction, Guid[] contacts, CancellationToken ct)
    {
        var appends = new List<StreamAppend>();
        foreach (var (id, history) in await HistoriesAsync(transaction.Connection, contacts, ct))
        {
            var contact = history.Aggregate(Contact.Stranger, ContactDecider.Evolve);
            if (ContactDecider.Decide(new WithdrawContact(importId, at), contact) is [_, ..] events)
                appends.Add(new(id, history.Count, events));
        }

        var result = await transaction.AppendManyAsync(appends, metadata, BusyStreams.Wait, ct);
        return result.Conflicts.Count == 0 ? appends.Count : throw new InvalidOperationException("Streams that were locked have changed.");
    }

    async Task<List<(long Position, Guid Id)>> NextAsync(NpgsqlConnection connection, RollbackRow row, int size, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(NextSql, connection)
        {
            CommandTimeout = 0, // much may lie between two of its contacts
            Parameters = { new() { Value = importId }, new() { Value = row.AfterPosition }, new() { Value = row.BeforePosition }, new() { Value = size } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var next = new List<(long, Guid)>(size);
        while (await reader.ReadAsync(ct))
            next.Add((reader.GetInt64(0), reader.GetGuid(1)));
        return next;
    }

    static async Task<Dictionary<Guid, List<object>>> HistoriesAsync(NpgsqlConnection connection, Guid[] contacts, CancellationToken ct)
    {
        var histories = new Dictionary<Guid, List<object>>();
        if (contacts.Length == 0)
            return histories;
        await using var command = new NpgsqlCommand(HistoriesSql, connection) { Parameters = { new() { Value = contacts } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            if (!histories.TryGetValue(id, out var history))
                histories.Add(id, history = []);
            history.Add(JsonSerializer.Deserialize(reader.GetString(2), PadronEvents.Types.Named(reader.GetString(1)).Json)!);
        }

        return histories;
    }

    // A commit that a crash loses takes the row's move with it: the batch is done again.
    static async Task NoWaitForDiskAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("set local synchronous_commit = off", connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>What came of trying a batch.</summary>
enum RollbackStep
{
    TookBack,

    /// <summary>Nothing: the projection has not applied all that the import brought.</summary>
    ProjectionBehind,

    /// <summary>Nothing is left.</summary>
    Done,
}
