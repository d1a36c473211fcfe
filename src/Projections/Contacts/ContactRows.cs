using System.Text;
using Npgsql;
using Padron.Domain.Contacts;
using Padron.MartenExtensions.Bulk;

namespace Padron.Projections.Contacts;

/// <summary>The rows that <c>contacts.sql</c> would make of contacts that an import has just brought, for COPY. A test holds the two together.</summary>
/// <param name="at">The date of the events (UTC).</param>
public sealed class ContactRows(DateTimeOffset at) : IDisposable
{
    const string ProfileColumns = $"""
        {ShadowTables.Schema}.contact_profiles (
            id, phone_original, full_name, address, neighborhood, municipality, city, lada_inferred, import_id, source_row, migrated_at)
        """;

    const string StateColumns = $"""
        {ShadowTables.Schema}.contact_states (
            id, phone, lada, state_code, municipality_key, city_key, carrier, verified_at, not_mobile_at, invalidated_at, version, created_at, updated_at)
        """;

    const int MostPlaces = 50_000; // Mexico has 2,478 municipalities; what people write for them are more

    readonly CopyBuffer profiles = new();
    readonly CopyBuffer states = new();
    readonly Dictionary<string, byte[]> places = new(StringComparer.Ordinal);

    /// <param name="id">The contact's stream.</param>
    /// <param name="events">What <see cref="ContactDecider"/> made of the row: the import, and one fact about the line or none.</param>
    public void Add(Guid id, ReadOnlySpan<ContactEvent> events)
    {
        var imported = (ContactImported)events[0];
        AddProfile(id, imported);
        AddState(id, imported, events.Length > 1 ? events[1] : null, events.Length);
    }

    /// <summary>Sends what was added since the last time.</summary>
    public async Task CopyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await profiles.CopyAsync(connection, ProfileColumns, ct);
        await states.CopyAsync(connection, StateColumns, ct);
    }

    public void Clear()
    {
        profiles.Clear();
        states.Clear();
    }

    public void Dispose()
    {
        profiles.Dispose();
        states.Dispose();
    }

    void AddProfile(Guid id, ContactImported imported)
    {
        var details = imported.Details;
        profiles.BeginRow(11);
        profiles.Write(id);
        profiles.Write(details.PhoneOriginal);
        profiles.Write(details.FullName);
        profiles.Write(details.Address);
        profiles.Write(details.Neighborhood);
        profiles.Write(details.Municipality);
        profiles.Write(details.City);
        profiles.Write(imported.LadaInferred);
        profiles.Write(imported.ImportId);
        profiles.Write(imported.SourceRow);
        profiles.Write(details.MigratedAt);
    }

    void AddState(Guid id, ContactImported imported, ContactEvent? fact, long version)
    {
        states.BeginRow(13);
        states.Write(id);
        states.Write(imported.Phone.Digits);
        states.Write(imported.Lada);
        states.Write(imported.Details.StateCode ?? "");
        states.Write(KeyOf(imported.Details.Municipality));
        states.Write(KeyOf(imported.Details.City));
        states.Write((fact as ContactVerified)?.Carrier ?? (fact as ContactNotMobile)?.Carrier);
        states.Write((fact as ContactVerified)?.VerifiedAt);
        states.Write((fact as ContactNotMobile)?.ObservedAt);
        states.Write((fact as ContactInvalidated)?.InvalidatedAt);
        states.Write(version);
        states.Write(at);
        states.Write(at);
    }

    ReadOnlySpan<byte> KeyOf(string? place)
    {
        if (place is null)
            return [];
        if (places.TryGetValue(place, out var key))
            return key;
        key = Encoding.UTF8.GetBytes(PlaceKey.Of(place));
        if (places.Count < MostPlaces)
            places.Add(place, key);
        return key;
    }
}
