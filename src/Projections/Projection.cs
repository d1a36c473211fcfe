using Padron.EventStore;

namespace Padron.Projections;

/// <summary>Tables folded from events by SQL: one progression, one rebuild.</summary>
/// <param name="Name">What operators call it.</param>
/// <param name="Tables">All tables it writes, schema-qualified; nobody else writes them.</param>
/// <param name="Statements">Run in order for a range of positions: $1 exclusive floor, $2 inclusive ceiling. No statement reads a clock.</param>
public sealed record Projection(string Name, IReadOnlyList<string> Tables, IReadOnlyList<string> Statements)
{
    /// <summary>Whether it folds events of contacts, and so waits for a load that is bringing them in. Only what says that it doesn't goes on meanwhile.</summary>
    public bool FoldsContacts { get; init; } = true;

    /// <summary>
    /// Where a page ends that must not go on: run first in its transaction, with $1 its exclusive floor and $2 the last position it could have; gives
    /// the last one that it has. Null where a page may end anywhere.
    /// </summary>
    public string? PageEnd { get; init; }

    /// <summary>Its row in <c>mt_event_progression</c>, named as Marten names one.</summary>
    public string ProgressionName => Name + ":All";

    internal long TargetAt(HighWater mark) => FoldsContacts ? mark.Position : mark.BesidesLoad;

    /// <summary>Key of the advisory lock its one writer holds.</summary>
    internal string LeaderLock => "padron projection " + Name;

    /// <summary>Every projection of the product.</summary>
    public static IReadOnlyList<Projection> All { get; } =
        [Contacts.ContactsProjection.Definition, Search.VocabularyProjection.Definition, Imports.ImportsProjection.Definition, Extractions.ExtractionsProjection.Definition];

    /// <summary>The tables' own scripts.</summary>
    public static IReadOnlyList<SchemaScript> Schema => SchemaScript.In(typeof(Projection).Assembly, "read");
}
