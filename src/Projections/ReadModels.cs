using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;
using Padron.Projections.Rebuilds;

namespace Padron.Projections;

/// <summary>The read models of the product: a projection a folder.</summary>
public static class ReadModels
{
    public static IReadOnlyList<SqlProjection> All { get; } =
    [
        ContactsProjection.Definition, Search.VocabularyProjection.Definition, Imports.ImportsProjection.Definition,
        Extractions.ExtractionsProjection.Definition, Segments.SegmentsProjection.Definition,
    ];

    /// <summary>The same for a store that runs them.</summary>
    /// <param name="mostPoisonedStreams">How many streams of a projection may have a dead letter before it stops at the next event that fails.</param>
    public static IReadOnlyList<SqlProjection> With(int mostPoisonedStreams) => [.. All.Select(projection => projection.With(mostPoisonedStreams))];

    /// <summary>The tables' own scripts.</summary>
    public static IReadOnlyList<SchemaScript> Schema => SchemaScript.In(typeof(ReadModels).Assembly, "read");

    /// <summary>Run once, when Marten's tables are there: what an older release kept of dead letters and pauses becomes Marten's and ours.</summary>
    public static string CarryOver { get; } = EmbeddedSql.Beside(typeof(ReadModels), "carry-over.sql");

    /// <summary>How a rebuild folds what needs no row of before; null when it folds everything by the projection's statements.</summary>
    internal static FreshFold? FreshOf(SqlProjection projection) => projection.Name == ContactsProjection.Definition.Name ? ContactsProjection.Fresh : null;
}
