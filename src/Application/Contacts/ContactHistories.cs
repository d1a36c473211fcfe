using System.Text.Json;
using Marten;
using Npgsql;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;

namespace Padron.Application.Contacts;

/// <summary>Loads many contacts at once, for work that decides on them in a transaction of its own.</summary>
static class ContactHistories
{
    const string Sql = "select stream_id, type, data from events.mt_events where stream_id = any ($1) order by stream_id, version";

    /// <returns>The contact and the version of its stream, by id; none for ids without a stream.</returns>
    public static async Task<Dictionary<Guid, (Contact Contact, long Version)>> ReadAsync(IDocumentSession session, Guid[] ids, CancellationToken ct)
    {
        var contacts = new Dictionary<Guid, (Contact Contact, long Version)>(ids.Length);
        if (ids.Length == 0)
            return contacts;
        await using var command = new NpgsqlCommand(Sql, session.Connection) { CommandTimeout = 0, Parameters = { new() { Value = ids } } };
        var types = EventTypes.Of(session.DocumentStore);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var id = reader.GetGuid(0);
            var (contact, version) = contacts.GetValueOrDefault(id, (Contact.Stranger, 0));
            var fact = JsonSerializer.Deserialize(reader.GetString(2), types.Named(reader.GetString(1)).Json)!;
            contacts[id] = (ContactDecider.Evolve(contact, fact), version + 1);
        }

        return contacts;
    }
}
