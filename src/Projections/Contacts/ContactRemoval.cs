using Npgsql;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.Projections.Rebuilds;

namespace Padron.Projections.Contacts;

/// <summary>Undoes what the projection made of streams that are to be removed from the event store, in the same transaction.</summary>
public static class ContactRemoval
{
    static readonly IReadOnlyList<string> Statements = EmbeddedSql.StatementsBeside(typeof(ContactRemoval), "remove-contacts.sql");

    /// <summary>Makes the transaction the projection's one writer to its end, if the projection has applied all events below a position.</summary>
    /// <returns>False when it has not: it must catch up first.</returns>
    public static async Task<bool> TryBeginAsync(NpgsqlConnection connection, long position, CancellationToken ct = default) =>
        await Progression.LockAsync(connection, ContactsProjection.Definition.ProgressionName, ct) >= position;

    /// <param name="connection">In the transaction of <see cref="TryBeginAsync"/>.</param>
    /// <param name="contacts">Their streams, every event of which was applied; they are still there, because some of the history is told from them.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task RemoveAsync(NpgsqlConnection connection, RemovableStream[] contacts, CancellationToken ct = default)
    {
        if (contacts.Length == 0)
            return;
        Guid[] ids = [.. contacts.Select(contact => contact.Id)];
        long[] firsts = [.. contacts.Select(contact => contact.First)], lasts = [.. contacts.Select(contact => contact.Last)];
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var statement in Statements)
        {
            var command = new NpgsqlBatchCommand(statement);
            foreach (var values in (Array[])[ids, firsts, lasts])
            {
                if (statement.Contains($"${command.Parameters.Count + 1}", StringComparison.Ordinal))
                    command.Parameters.Add(new() { Value = values });
            }

            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(ct);
        await Progression.TouchAsync(connection, ContactsProjection.Definition.ProgressionName, ct);
        await RebuildTurn.OutdateAsync(connection, ContactsProjection.Definition, ct);
    }
}
