using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Rebuilds;

namespace Padron.Projections.Contacts;

/// <summary>Profiles and states of contacts, their counts by place, and the counts' history: one unit, because counts are the difference between two states.</summary>
public static class ContactsProjection
{
    /// <summary>Counts what a bulk load has brought; its profiles and states are of <see cref="ContactRows"/>.</summary>
    public static readonly string CountLoaded = EmbeddedSql.Beside(typeof(ContactsProjection), "count-loaded.sql");

    public static readonly SqlProjection Definition = new(
        "contacts",
        ["read.contact_profiles", "read.contact_states", "read.contact_counts", "read.contact_count_history", "read.contact_count_days"],
        EmbeddedSql.StatementsBeside(typeof(ContactsProjection), "contacts.sql"))
    {
        PageEnd = EmbeddedSql.Beside(typeof(ContactsProjection), "page-end.sql"),
        PageStart = EmbeddedSql.Beside(typeof(ContactsProjection), "page-start.sql"),
    };

    /// <summary>The first pass of a rebuild.</summary>
    internal static readonly FreshFold Fresh = new(
        EmbeddedSql.StatementsBeside(typeof(ContactsProjection), "contacts-fresh-before.sql"),
        $"select after_position from {FreshFold.Unit}.contact_count_days order by after_position",
        EmbeddedSql.StatementsBeside(typeof(ContactsProjection), "contacts-fresh.sql"),
        EmbeddedSql.StatementsBeside(typeof(ContactsProjection), "contacts-fresh-after.sql"));
}
