using Npgsql;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.Domain.Numbering;
using Padron.EventStore;

namespace Padron.Application.Imports;

/// <summary>Stores one batch of rows: contacts, rejections, tally and checkpoint in one transaction.</summary>
sealed class ImportBatch(PostgresEventStore store, ContactKey key, Guid importId, EventMetadata metadata)
{
    const int Races = 5;

    // A stream may exist without a registration: a stranger who opted out, or a contact whose import was rolled back. Whose import registered it
    // tells a duplicate from a contact known before; one that was added by hand has no import.
    const string KnownStreams = """
        select s.id, s.version, coalesce(r.type <> 'contact_withdrawn', false) as registered, r.data->>'importId' as import_id
          from events.mt_streams s
          left join lateral (
            select e.type, e.data from events.mt_events e
             where e.stream_id = s.id and e.type in ('contact_imported', 'contact_registered', 'contact_withdrawn')
             order by e.version desc limit 1
          ) r on true
         where s.id = any ($1)
        """;

    /// <summary>Stores <paramref name="rows"/>; when an earlier try had committed and only its answer was lost, finds that out and stores nothing.</summary>
    /// <param name="rows">Ascending by row id.</param>
    /// <param name="afterRow">The checkpoint the batch goes on from.</param>
    /// <param name="ct">Cancels the whole batch.</param>
    /// <returns>The tally with the batch.</returns>
    public Task<ImportTally> StoreAsync(IReadOnlyList<ReadRow> rows, long afterRow, CancellationToken ct) =>
        store.TransactAsync(
            async (transaction, token) =>
            {
                // The lock keeps a second process off the same import; the position tells a batch whose commit was not heard of.
                var checkpoint = await ImportCheckpoint.LockAsync(transaction.Connection, importId, token);
                if (checkpoint.AfterRow == rows[^1].Row)
                    return checkpoint.Tally;
                if (checkpoint.AfterRow != afterRow)
                    throw new RuleViolationException("import_running", $"Another process is running import {importId}: let it finish, or stop it.");

                if (checkpoint.IsFinished)
                    throw new RuleViolationException("import_rolled_back", $"Import {importId} was rolled back meanwhile.");

                var batch = new TallyBuilder(checkpoint.Tally);
                batch.RowsRead += rows.Count;
                await AppendAsync(transaction, KeepLowestRows(rows), batch, token);
                var rejected = rows.Where(row => row.Rejection is not null).ToArray();
                foreach (var row in rejected)
                    batch.Reject(row.Rejection!.Value);
                await ImportRejections.AddAsync(transaction.Connection, importId, rejected, token);
                await ImportCheckpoint.MoveAsync(transaction.Connection, importId, rows[^1].Row, batch.Build(), token);
                return batch.Build();
            },
            ct);

    // The lowest row of a number speaks for it; how many rows follow it in the batch is all that is kept of them.
    static Dictionary<PhoneNumber, (ImportContact Command, int Repeats)> KeepLowestRows(IReadOnlyList<ReadRow> rows)
    {
        var lowest = new Dictionary<PhoneNumber, (ImportContact Command, int Repeats)>(rows.Count);
        foreach (var row in rows)
        {
            if (row.Command is { } command && !lowest.TryAdd(command.Phone, (command, 0)))
                lowest[command.Phone] = lowest[command.Phone] with { Repeats = lowest[command.Phone].Repeats + 1 };
        }

        return lowest;
    }

    async Task AppendAsync(EventTransaction transaction, Dictionary<PhoneNumber, (ImportContact Command, int Repeats)> lowest, TallyBuilder tally, CancellationToken ct)
    {
        var open = lowest.Values.ToDictionary(row => key.IdOf(row.Command.Phone));
        for (var race = 1; open.Count > 0; race++)
        {
            var known = await ReadKnownAsync(transaction.Connection, [.. open.Keys], ct);
            var appends = new List<StreamAppend>(open.Count);
            foreach (var (id, (command, repeats)) in open)
            {
                var (version, isRegistered, importedBy) = known.GetValueOrDefault(id);
                var events = ContactDecider.Decide(command, new Contact(Exists: version > 0, IsRegistered: isRegistered));
                if (events.Length > 0)
                    appends.Add(new(id, version, events));
                else if (importedBy == importId)
                    tally.Duplicates += 1 + repeats;
                else
                    tally.AlreadyKnown += 1 + repeats;
            }

            var result = await transaction.AppendManyAsync(appends, metadata, BusyStreams.Wait, ct);
            foreach (var append in appends.Where(append => !result.Conflicts.Contains(append.StreamId)))
            {
                tally.Add(open[append.StreamId].Command, append.Events);
                tally.Duplicates += open[append.StreamId].Repeats;
            }

            // Somebody else appended to these a moment ago: read and decide again.
            open = open.Where(entry => result.Conflicts.Contains(entry.Key)).ToDictionary();
            if (race == Races && open.Count > 0)
                throw new InvalidOperationException($"{open.Count} contacts kept changing while they were imported. Resume the import.");
        }
    }

    static async Task<Dictionary<Guid, (long Version, bool IsRegistered, Guid? ImportedBy)>> ReadKnownAsync(NpgsqlConnection connection, Guid[] ids, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(KnownStreams, connection) { Parameters = { new() { Value = ids } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var known = new Dictionary<Guid, (long, bool, Guid?)>();
        while (await reader.ReadAsync(ct))
            known.Add(reader.GetGuid(0), (reader.GetInt64(1), reader.GetBoolean(2), await reader.IsDBNullAsync(3, ct) ? null : Guid.Parse(reader.GetString(3))));
        return known;
    }
}
