using System.Globalization;
using System.Text;
using System.Text.Json;
using JasperFx.Events;
using Padron.Domain.Contacts;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Projections;

/// <summary>The contacts projection written a second time, event by event in C#: what the SQL must come to.</summary>
static class ExpectedContacts
{
    static readonly TimeZoneInfo MexicoCity = TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City");

    /// <param name="database">Its events.</param>
    /// <param name="upTo">Inclusive: as if there were none behind this position.</param>
    public static async Task<ContactTables> FoldAsync(PadronDatabase database, long upTo = long.MaxValue)
    {
        var profiles = new Dictionary<Guid, ProfileRow>();
        var states = new Dictionary<Guid, StateRow>();
        var contacts = new Dictionary<Guid, Contact>();
        var history = new Dictionary<(DateOnly, ContactCountRow), long>();
        var day = DateOnly.MinValue;
        await foreach (var stored in database.Store.ReadAllAsync(0, upTo))
        {
            if (stored.Data is not ContactEvent)
                continue;
            var id = stored.StreamId;
            if (Details(stored.Data) is { } details)
                profiles[id] = Describe(profiles.GetValueOrDefault(id) ?? NoProfile(id), details);
            if (stored.Data is ContactImported imported)
                profiles[id] = profiles[id] with { LadaInferred = imported.LadaInferred, ImportId = imported.ImportId, SourceRow = imported.SourceRow };
            if (stored.Data is ContactWithdrawn)
                profiles[id] = profiles[id] with { LadaInferred = false, ImportId = null, SourceRow = null };
            var contact = contacts[id] = ContactDecider.Evolve(contacts.GetValueOrDefault(id, Contact.Stranger), stored.Data);
            var state = Apply(states.GetValueOrDefault(id) ?? Empty(stored), stored.Data);
            day = new[] { day, DayOf(stored) }.Max();
            if (states.TryGetValue(id, out var before))
                history[(day, CountOf(before))] = history.GetValueOrDefault((day, CountOf(before))) - 1;
            var after = states[id] = Place(state, Details(stored.Data)) with
            {
                Version = stored.Version,
                UpdatedAt = stored.Timestamp,
                LineType = contact.IsNotMobile ? "FIXED" : contact.IsVerified ? "MOBILE" : "UNKNOWN",
                Status = NameOf(contact.Status),
            };
            history[(day, CountOf(after))] = history.GetValueOrDefault((day, CountOf(after))) + 1;
        }

        var counts = states.Values.GroupBy(CountOf).Select(alike => alike.Key with { Contacts = alike.Count() });
        var changes = history.Where(change => change.Value != 0).Select(change => new HistoryRow(change.Key.Item1, change.Key.Item2 with { Contacts = change.Value }));
        return ContactTables.Of(profiles.Values, states.Values, counts, changes);
    }

    /// <summary>The day of an event's own timestamp.</summary>
    public static DateOnly DayOf(IEvent stored) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(stored.Timestamp, MexicoCity).DateTime);

    static ContactCountRow CountOf(StateRow s) => new(s.StateCode, s.MunicipalityKey, s.CityKey, s.Lada, s.Status, s.LineType, 0);

    public static string NameOf(ContactStatus status) => status switch
    {
        ContactStatus.Unverified => "UNVERIFIED",
        ContactStatus.Verified => "VERIFIED",
        ContactStatus.Extracted => "EXTRACTED",
        ContactStatus.NotMobile => "NOT_MOBILE",
        ContactStatus.Invalid => "INVALID",
        ContactStatus.OptedOut => "OPTED_OUT",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "The read model has no name for it."),
    };

    /// <summary><c>read.place_key</c> by other means: what Unicode calls a mark is dropped.</summary>
    public static string PlaceKey(string? name) => new(
    [
        .. string.Join(' ', (name ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant()
            .Normalize(NormalizationForm.FormD)
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark),
    ]);

    static StateRow Empty(IEvent first) => new(
        first.StreamId, null, "", "", "", "", null, null, null, null, null, null, null, null, null, 0, first.Timestamp, first.Timestamp, "", "",
        SendCount: 0, LastSentAt: null);

    static ContactDetails? Details(object @event) => @event switch
    {
        ContactImported e => e.Details,
        ContactRegistered e => e.Details,
        ContactDetailsChanged e => e.Details,
        ContactWithdrawn e => e.Details ?? new(),
        _ => null,
    };

    static ProfileRow NoProfile(Guid id) => new(id, null, null, null, null, null, null, LadaInferred: false, null, null, null);

    static ProfileRow Describe(ProfileRow row, ContactDetails details) => row with
    {
        PhoneOriginal = details.PhoneOriginal,
        FullName = details.FullName,
        Address = details.Address,
        Neighborhood = details.Neighborhood,
        Municipality = details.Municipality,
        City = details.City,
        MigratedAt = details.MigratedAt,
    };

    static StateRow Place(StateRow row, ContactDetails? details) => details is null ? row : row with
    {
        StateCode = details.StateCode ?? "",
        MunicipalityKey = PlaceKey(details.Municipality),
        CityKey = PlaceKey(details.City),
    };

    static StateRow Apply(StateRow row, object @event) => @event switch
    {
        ContactImported e => row with { Phone = e.Phone.Digits, Lada = e.Lada },
        ContactRegistered e => row with { Phone = e.Phone.Digits, Lada = e.Lada ?? "" },
        ContactVerified e => row with { VerifiedAt = e.VerifiedAt, Carrier = e.Carrier, NotMobileAt = null, InvalidatedAt = null },
        ContactNotMobile e => row with { NotMobileAt = e.ObservedAt, Carrier = e.Carrier },
        ContactInvalidated e => row with { InvalidatedAt = e.InvalidatedAt },
        ContactExtracted e => row with { ExtractedAt = e.ExtractedAt, ExtractionId = e.ExtractionId },
        ContactReleased => row with { ExtractedAt = null, ExtractionId = null },
        ContactSent e => row with { SendCount = row.SendCount + 1, LastSentAt = row.LastSentAt > e.SentAt ? row.LastSentAt : e.SentAt },
        ContactWithdrawn => row with { VerifiedAt = null, NotMobileAt = null, InvalidatedAt = null, Carrier = null },
        ContactOptedOut e => row with
        {
            Phone = e.Phone?.Digits ?? row.Phone,
            OptedOutAt = e.OptedOutAt,
            OptOutMethod = JsonNamingPolicy.SnakeCaseLower.ConvertName(e.Method.ToString()),
            OptOutUserId = e.RecordedBy,
        },
        ContactOptedIn => row with { OptedOutAt = null, OptOutMethod = null, OptOutUserId = null },
        _ => row,
    };
}
