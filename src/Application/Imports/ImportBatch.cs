using Marten;
using Npgsql;
using Padron.Application.Contacts;
using Padron.Application.Imports.Incremental;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.MartenExtensions;

namespace Padron.Application.Imports;

/// <summary>Stores one range of rows in a register that holds contacts: events, rejections, tally and checkpoint in one transaction.</summary>
sealed class ImportBatch(EventSessions sessions, Guid importId, EventMetadata metadata)
{
    const int Races = 5;

    // A commit that a crash loses takes its checkpoint with it.
    const string Settings = "set local synchronous_commit = off";

    const string BroughtSql = "select stream_id from events.mt_events where stream_id = any ($1) and type = 'contact_imported' and data->>'importId' = $2::text";

    /// <summary>Stores a range; when an earlier try had committed and only its answer was lost, finds that out and stores nothing.</summary>
    /// <param name="staged">The range, looked up.</param>
    /// <param name="afterRow">The checkpoint it goes on from.</param>
    /// <param name="ct">Cancels the whole range.</param>
    /// <returns>The tally with the range.</returns>
    public Task<ImportTally> StoreAsync(StagedRange staged, long afterRow, CancellationToken ct) =>
        sessions.TransactAsync(
            metadata,
            async (session, token) =>
            {
                var range = staged.Range;
                // The lock keeps a second process off the same import; the position tells a range whose commit was not heard of.
                var checkpoint = await ImportCheckpoint.LockAsync(session.Connection, importId, token);
                if (checkpoint.AfterRow == range.LastRow)
                    return checkpoint.Tally;
                if (checkpoint.AfterRow != afterRow)
                    throw new RuleViolationException("import_running", $"Another process is running import {importId}: let it finish, or stop it.");

                if (checkpoint.IsFinished)
                    throw new RuleViolationException("import_rolled_back", $"Import {importId} was rolled back meanwhile.");

                await SetAsync(session.Connection, token);
                var tally = new TallyBuilder(checkpoint.Tally);
                tally.RowsRead += range.RowsRead;
                await AppendAsync(session, staged, tally, token);
                await CountRepeatedAsync(session.Connection, staged.Repeated, tally, token);
                foreach (var row in range.Rejected)
                    tally.Reject(row.Rejection!.Value);
                await ImportRejections.AddAsync(session.Connection, importId, range.Rejected, token);
                await ImportCheckpoint.MoveAsync(session.Connection, importId, range.LastRow, tally.Build(), token);
                return tally.Build();
            },
            ct);

    // Who is new is decided on without a look, who is known and told otherwise on its stream. Of all others the server knew that nothing changes.
    static async Task AppendAsync(IDocumentSession session, StagedRange staged, TallyBuilder tally, CancellationToken ct)
    {
        var unsettled = staged.Unsettled;
        tally.AlreadyKnown += staged.Ids.Count - unsettled.Count;
        var open = unsettled.ToDictionary(row => staged.Ids[row.Place], row => staged.Range.Contacts[row.Place]);
        Guid[] known = [.. unsettled.Where(row => row.Exists).Select(row => staged.Ids[row.Place])];
        for (var race = 1; open.Count > 0; race++)
        {
            var contacts = await ContactHistories.ReadAsync(session, known, ct);
            var appends = new List<StreamAppend>(open.Count);
            foreach (var (id, command) in open)
            {
                var (contact, version) = contacts.GetValueOrDefault(id, (Contact.Stranger, 0));
                if (ContactDecider.Decide(command, contact) is [_, ..] events)
                    appends.Add(new(id, version, events));
                else
                    tally.AlreadyKnown++;
            }

            var result = await session.CopyManyAsync(appends, ct);
            foreach (var append in appends.Where(append => !result.Conflicts.Contains(append.StreamId)))
                tally.Add(open[append.StreamId], append.Events);

            // Somebody else appended to these a moment ago: read and decide again.
            open = open.Where(entry => result.Conflicts.Contains(entry.Key)).ToDictionary();
            known = [.. open.Keys];
            if (race == Races && open.Count > 0)
                throw new InvalidOperationException($"{open.Count} contacts kept changing while they were imported. Resume the import.");
        }
    }

    // A number that stands again is a duplicate if this import brought it, and else was known before, however often the file has it.
    async Task CountRepeatedAsync(NpgsqlConnection connection, IReadOnlyList<Guid> repeated, TallyBuilder tally, CancellationToken ct)
    {
        if (repeated.Count == 0)
            return;
        await using var command = new NpgsqlCommand(BroughtSql, connection)
        {
            Parameters = { new() { Value = repeated.Distinct().ToArray() }, new() { Value = importId } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var brought = new HashSet<Guid>();
        while (await reader.ReadAsync(ct))
            brought.Add(reader.GetGuid(0));
        var duplicates = repeated.Count(brought.Contains);
        tally.Duplicates += duplicates;
        tally.AlreadyKnown += repeated.Count - duplicates;
    }

    static async Task SetAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Settings, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
