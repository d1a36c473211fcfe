using Marten;
using Npgsql;
using Padron.Application.Contacts;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.Projections.Contacts;

namespace Padron.Application.Imports.Rollback;

/// <summary>Takes back one batch of contacts that an import brought or changed: streams, events, read rows, counts and the rollback's row in one transaction.</summary>
sealed class RollbackBatch(EventSessions sessions, Guid importId, EventMetadata metadata, DateTimeOffset at)
{
    // $1 the import; $2 an exclusive and $3 an inclusive bound. No "next so many" instead: a planner that expects few reads all events for them.
    const string BroughtSql = """
        select distinct stream_id
          from events.mt_events
         where seq_id > $2 and seq_id <= $3 and type in ('contact_imported', 'contact_details_changed') and data->>'importId' = $1::text
        """;

    readonly string correlationId = importId.ToString();

    /// <param name="positions">How many, at most, it looks through for events of the import. In their order, which is about the order they lie in on every table.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How far the rollback is after it.</returns>
    public Task<(RollbackRow Row, RollbackStep Step)> RunAsync(int positions, CancellationToken ct) =>
        sessions.TransactAsync(
            metadata,
            async (session, token) =>
            {
                var connection = session.Connection;
                var row = await RollbackRow.LockAsync(connection, importId, token) ?? throw new InvalidOperationException($"Import {importId} is not being rolled back.");
                if (!await ContactRemoval.TryBeginAsync(connection, row.BeforePosition, token))
                    return (row, RollbackStep.ProjectionBehind);
                if (row.AfterPosition >= row.BeforePosition)
                    return (row, RollbackStep.Done);

                await NoWaitForDiskAsync(connection, token);
                var upTo = Math.Min(row.AfterPosition + positions, row.BeforePosition);
                var contacts = await BroughtAsync(connection, row.AfterPosition, upTo, token);
                await StreamRemoval.LockAsync(connection, contacts, token);
                var removed = await StreamRemoval.RemovableAsync(connection, contacts, correlationId, token);
                await ContactRemoval.RemoveAsync(connection, removed, token);
                await StreamRemoval.RemoveAsync(connection, removed, token);
                var (withdrawn, restored) = await WithdrawAsync(session, [.. contacts.Except(removed.Select(contact => contact.Id))], token);

                row = row with
                {
                    AfterPosition = upTo,
                    Removed = row.Removed + removed.Length,
                    Withdrawn = row.Withdrawn + withdrawn,
                    Restored = row.Restored + restored,
                };
                await row.StoreAsync(connection, token);
                return (row, RollbackStep.TookBack);
            },
            ct);

    // They are fewer: whoever opted out, was handed out or corrected meanwhile, or was known before and only changed. So the rule for one contact decides.
    async Task<(int Withdrawn, int Restored)> WithdrawAsync(IDocumentSession session, Guid[] contacts, CancellationToken ct)
    {
        var appends = new List<StreamAppend>();
        foreach (var (id, (contact, version)) in await ContactHistories.ReadAsync(session, contacts, ct))
        {
            if (ContactDecider.Decide(new WithdrawContact(importId, at, metadata.User), contact) is [_, ..] events)
                appends.Add(new(id, version, events));
        }

        var result = await session.CopyManyAsync(appends, ct);
        if (result.Conflicts.Count > 0)
            throw new InvalidOperationException("Streams that were locked have changed.");
        var restored = appends.Count(append => append.Events is [ContactDetailsChanged]);
        return (appends.Count - restored, restored);
    }

    async Task<Guid[]> BroughtAsync(NpgsqlConnection connection, long after, long upTo, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(BroughtSql, connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = importId }, new() { Value = after }, new() { Value = upTo } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var contacts = new List<Guid>();
        while (await reader.ReadAsync(ct))
            contacts.Add(reader.GetGuid(0));
        return [.. contacts];
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
