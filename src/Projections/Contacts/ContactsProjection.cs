using Padron.EventStore;
using Padron.EventStore.Bulk;
using Padron.Projections.Rebuilds;

namespace Padron.Projections.Contacts;

/// <summary>Profiles, states and segment counts of contacts: one unit, because the counts are the difference between two states.</summary>
public static class ContactsProjection
{
    /// <summary>Counts what a bulk load has brought; its profiles and states are of <see cref="ContactRows"/>.</summary>
    public static readonly string CountLoaded = EmbeddedSql.Beside(typeof(ContactsProjection), "count-loaded.sql");

    // After CountLoaded: static fields are set in the order in which they stand.
    public static readonly Projection Definition = new(
        "contacts",
        ["read.contact_profiles", "read.contact_states", "read.segment_counts"],
        EmbeddedSql.StatementsBeside(typeof(ContactsProjection), "contacts.sql"))
    {
        Fresh = new(
            EmbeddedSql.StatementsBeside(typeof(ContactsProjection), "contacts-fresh.sql"),
            [CountLoaded.Replace("read.", FreshFold.Unit + ".", StringComparison.Ordinal).Replace(ShadowTables.Schema + ".", FreshFold.Unit + ".", StringComparison.Ordinal)]),
    };
}
