using Npgsql;
using Padron.Application.Imports.Load;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;

namespace Padron.Application.Imports.Incremental;

/// <summary>A range made ready for a register that holds contacts, on the thread that reads: each contact has its id, and what its row gives is encoded.</summary>
sealed class StagedRange : IDisposable
{
    // Gone with the transaction, and with whatever breaks it off. The planner takes a lateral join over a whole range for worth compiling.
    const string CreateTable =
        "set local jit = off; create temp table staged_contacts (ordinal bigint not null, id uuid not null, given jsonb not null) on commit drop";

    static readonly string UnsettledSql = EmbeddedSql.Beside(typeof(StagedRange), "unsettled.sql");

    readonly CopyBuffer rows = new();
    IReadOnlyList<(int Place, bool Exists)>? unsettled;

    StagedRange(LoadRange range, Guid[] ids, Guid[] repeated) => (Range, Ids, Repeated) = (range, ids, repeated);

    public LoadRange Range { get; }

    /// <summary>Streams of the range's contacts, in their order.</summary>
    public IReadOnlyList<Guid> Ids { get; }

    /// <summary>Streams of the numbers that stood in a lower row, as often as they do.</summary>
    public IReadOnlyList<Guid> Repeated { get; }

    public static StagedRange Of(LoadRange range, ContactKey key)
    {
        var staged = new StagedRange(range, [.. range.Contacts.Select(contact => key.IdOf(contact.Phone))], [.. range.Repeated.Select(key.IdOf)]);
        for (var i = 0; i < staged.Ids.Count; i++)
        {
            staged.rows.BeginRow(3);
            staged.rows.Write((long)i);
            staged.rows.Write(staged.Ids[i]);
            staged.rows.Write(range.Contacts[i].Given, EventJson.Default.ContactDetails);
        }

        return staged;
    }

    /// <summary>Places in the range about which there is something to decide, and whether the contact has a stream. Of all others nothing changes.</summary>
    /// <exception cref="InvalidOperationException">It was not looked up.</exception>
    public IReadOnlyList<(int Place, bool Exists)> Unsettled => unsettled ?? throw new InvalidOperationException("The range was not looked up.");

    /// <summary>Sends the contacts and asks about which there is something to decide. What others append later is found out when the decisions are stored.</summary>
    public async Task LookUpAsync(EventSessions sessions, CancellationToken ct) =>
        unsettled = await sessions.TransactAsync((session, token) => FindUnsettledAsync(session.Connection, token), ct);

    async Task<List<(int Place, bool Exists)>> FindUnsettledAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using (var create = new NpgsqlCommand(CreateTable, connection))
            await create.ExecuteNonQueryAsync(ct);
        await rows.CopyAsync(connection, "staged_contacts (ordinal, id, given)", ct);

        await using var command = new NpgsqlCommand(UnsettledSql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<(int, bool)>();
        while (await reader.ReadAsync(ct))
            found.Add(((int)reader.GetInt64(0), reader.GetBoolean(1)));
        return found;
    }

    public void Dispose() => rows.Dispose();
}
