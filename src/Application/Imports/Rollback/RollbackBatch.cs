using Npgsql;
using Padron.Application.Contacts;
using Padron.Domain.Contacts;
using Padron.EventStore;
using Padron.EventStore.Bulk;
using Padron.Projections.Contacts;

namespace Padron.Application.Imports.Rollback;

/// <summary>Takes back one batch of contacts that an import brought or changed: streams, events, read rows, counts and the rollback's row in one transaction.</summary>
sealed class RollbackBatch(PostgresEventStore store, Guid importId, EventMetadata metadata, DateTimeOffset at)
{
    // In the order of their positions, which is about the order they lie in, on every table. $1 the import, $2 and $3 exclusive bounds, $4 how many.
    const string NextSql = """
        select seq_id, stream_id
          from events.mt_events
         where seq_id > $2 and seq_id < $3 and type in ('contact_imported', 'contact_details_changed') and data->>'importId' = $1::text
         order by seq_id limit $4
        """;

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
                var removed = await StreamRemoval.RemovableAsync(connection, contacts, correlationId, token);
                await ContactRemoval.RemoveAsync(connection, removed, token);
                await StreamRemoval.RemoveAsync(connection, removed, token);
                var (withdrawn, restored) = await WithdrawAsync(transaction, [.. contacts.Except(removed)], token);

                row = row with
                {
                    AfterPosition = next[^1].Position,
                    Removed = row.Removed + removed.Length,
                    Withdrawn = row.Withdrawn + withdrawn,
                    Restored = row.Restored + restored,
                };
                await row.StoreAsync(connection, token);
                return (row, RollbackStep.TookBack);
            },
            ct);

    // They are fewer: whoever opted out, was handed out or corrected meanwhile, or was known before and only changed. So the rule for one contact decides.
    async Task<(int Withdrawn, int Restored)> WithdrawAsync(EventTransaction transaction, Guid[] contacts, CancellationToken ct)
    {
        var appends = new List<StreamAppend>();
        foreach (var (id, (contact, version)) in await ContactHistories.ReadAsync(transaction.Connection, contacts, ct))
        {
            if (ContactDecider.Decide(new WithdrawContact(importId, at, metadata.User), contact) is [_, ..] events)
                appends.Add(new(id, version, events));
        }

        var result = await transaction.CopyManyAsync(appends, metadata, ct);
        if (result.Conflicts.Count > 0)
            throw new InvalidOperationException("Streams that were locked have changed.");
        var restored = appends.Count(append => append.Events is [ContactDetailsChanged]);
        return (appends.Count - restored, restored);
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
