using System.Text.RegularExpressions;
using Padron.MartenExtensions;
using Padron.Projections.Rebuilds;

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

    /// <summary>How a rebuild folds what needs no row of before; null when it folds everything by <see cref="Statements"/>.</summary>
    public FreshFold? Fresh { get; init; }

    /// <summary>Which of its tables: the live ones, unless it is <see cref="In"/> another schema.</summary>
    public string Shard { get; private init; } = "All";

    /// <summary>Its row in <c>mt_event_progression</c>, named as Marten names one.</summary>
    public string ProgressionName => $"{Name}:{Shard}";

    internal long TargetAt(HighWater mark) => FoldsContacts ? mark.Position : mark.BesidesLoad;

    /// <summary>Key of the advisory lock its one writer holds.</summary>
    internal string LeaderLock => "padron projection " + Name;

    /// <summary>The same projection over tables of the same names in another schema, with a progression of its own.</summary>
    /// <param name="schema">Where they are.</param>
    /// <param name="shard">Ends the progression's name.</param>
    /// <param name="events">What it reads instead of all events.</param>
    internal Projection In(string schema, string shard, string? events = null)
    {
        return this with
        {
            Shard = shard,
            Tables = [.. Tables.Select(There)],
            Statements = [.. Statements.Select(Rename)],
            PageEnd = PageEnd is null ? null : Rename(PageEnd),
        };

        string There(string table) => $"{schema}.{table.Split('.')[1]}";

        string Rename(string statement) =>
            Tables.Select(table => (From: table, To: There(table))).Append((From: "events.mt_events", To: events ?? "events.mt_events"))
                .Aggregate(statement, (sql, table) => Regex.Replace(sql, $@"\b{Regex.Escape(table.From)}\b", table.To, RegexOptions.NonBacktracking));
    }

    /// <summary>Every projection of the product.</summary>
    public static IReadOnlyList<Projection> All { get; } =
    [
        Contacts.ContactsProjection.Definition, Search.VocabularyProjection.Definition, Imports.ImportsProjection.Definition,
        Extractions.ExtractionsProjection.Definition, Segments.SegmentsProjection.Definition,
    ];

    /// <summary>The tables' own scripts.</summary>
    public static IReadOnlyList<SchemaScript> Schema => SchemaScript.In(typeof(Projection).Assembly, "read");
}
