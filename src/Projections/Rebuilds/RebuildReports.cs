namespace Padron.Projections.Rebuilds;

/// <summary>What is wanted of a rebuild besides the rebuilding.</summary>
/// <param name="Verify">Compare the new tables with the live ones before they take their place.</param>
/// <param name="Keep">Keep the old tables, so that <see cref="ProjectionRebuild.RevertAsync"/> can put them back.</param>
/// <param name="Swap">Put the new tables in the place of the live ones; otherwise they are dropped at the end.</param>
public sealed record RebuildOptions(bool Verify = false, bool Keep = false, bool Swap = true);

/// <summary>What a rebuild is at.</summary>
public enum RebuildStep
{
    /// <summary>Folding events; counted in positions.</summary>
    Fold,

    /// <summary>Folding events that change rows of the first pass; counted in positions.</summary>
    FoldLate,

    /// <summary>Building indexes.</summary>
    Index,

    /// <summary>Folding what was appended meanwhile; counted in positions.</summary>
    CatchUp,

    /// <summary>Comparing with the live tables; counted in tables.</summary>
    Compare,

    /// <summary>Waiting for readers of the live tables; counted in tries.</summary>
    Swap,
}

/// <summary>How far a step is.</summary>
public readonly record struct RebuildProgress(RebuildStep Step, long Done, long Of);

/// <summary>How a rebuild ended.</summary>
/// <param name="Projection">The projection.</param>
/// <param name="Position">Position up to which the new tables are folded.</param>
/// <param name="Swapped">Whether they are the live ones now.</param>
/// <param name="Kept">Whether the old ones are kept.</param>
/// <param name="Differences">A table each where they were compared; null where not.</param>
public sealed record RebuildResult(string Projection, long Position, bool Swapped, bool Kept, IReadOnlyList<TableDifference>? Differences);

/// <summary>How a rebuilt table differs from the live one, both folded up to the same position.</summary>
/// <param name="Table">The live table.</param>
/// <param name="OnlyLive">Rows that are in the live table only.</param>
/// <param name="OnlyRebuilt">Rows that are in the rebuilt table only.</param>
/// <param name="Different">Rows that are in both and have other values.</param>
/// <param name="Examples">A few of each.</param>
public sealed record TableDifference(string Table, long OnlyLive, long OnlyRebuilt, long Different, IReadOnlyList<RowDifference> Examples)
{
    public bool IsNone => OnlyLive + OnlyRebuilt + Different == 0;
}

/// <summary>A row that is not in both tables, or is not the same in them.</summary>
/// <param name="Kind"><c>only_live</c>, <c>only_rebuilt</c> or <c>different</c>.</param>
/// <param name="Key">The columns of its primary key.</param>
/// <param name="Columns">Those that differ; empty where it is in one table only.</param>
public sealed record RowDifference(string Kind, string Key, string Columns);
