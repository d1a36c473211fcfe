using Padron.MartenExtensions;

namespace Padron.Projections.Segments;

/// <summary>The list of segments and their filters.</summary>
public static class SegmentsProjection
{
    public static readonly Projection Definition = new(
        "segments", ["read.segments"], EmbeddedSql.StatementsBeside(typeof(SegmentsProjection), "segments.sql"))
    {
        FoldsContacts = false,
    };
}
