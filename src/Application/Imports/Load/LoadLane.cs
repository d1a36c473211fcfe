using Npgsql;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.Projections.Contacts;

namespace Padron.Application.Imports.Load;

/// <summary>One range at a time: decides on its rows and encodes streams, events and read rows, in buffers that are used again for the next.</summary>
sealed class LoadLane(EventTypes types, ContactKey key, EventMetadata metadata, DateTimeOffset at) : IDisposable
{
    readonly EventRows events = new(types, metadata, at);
    readonly ContactRows contacts = new(at);
    readonly List<(Guid Id, ImportContact Command, ContactEvent[] Facts)> decided = [];
    int facts;

    public void Take(LoadRange range)
    {
        decided.Clear();
        facts = 0;
        foreach (var command in range.Contacts)
        {
            var made = ContactDecider.Decide(command, Contact.Stranger);
            decided.Add((key.IdOf(command.Phone), command, made));
            facts += made.Length;
        }

        // An extraction takes a stretch of ids: in this order, those that a range brought lie on a few pages next to each other, and not on one each.
        decided.Sort((one, other) => one.Id.CompareTo(other.Id));
    }

    /// <summary>Draws the positions and sends all rows, in the caller's transaction. Safe to run again.</summary>
    public async Task CopyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        Encode(await EventRows.DrawPositionsAsync(connection, facts, ct));
        await events.CopyAsync(connection, ct);
        await contacts.CopyAsync(connection, ct);
    }

    public void Count(LoadRange range, TallyBuilder tally)
    {
        tally.RowsRead += range.RowsRead;
        tally.Duplicates += range.Duplicates;
        foreach (var row in range.Rejected)
            tally.Reject(row.Rejection!.Value);
        foreach (var (_, command, made) in decided)
            tally.Add(command, made);
    }

    public void Dispose()
    {
        events.Dispose();
        contacts.Dispose();
    }

    void Encode(ReadOnlySpan<long> positions)
    {
        events.Clear();
        contacts.Clear();
        foreach (var (id, _, made) in decided)
        {
            events.Add(id, made, positions[..made.Length]);
            contacts.Add(id, made);
            positions = positions[made.Length..];
        }
    }
}
