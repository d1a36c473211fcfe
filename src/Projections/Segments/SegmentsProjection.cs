using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Segments;

/// <summary>The list of segments and their filters.</summary>
public static class SegmentsProjection
{
    public static readonly SqlProjection Definition = new(
        "segments", ["read.segments"], EmbeddedSql.StatementsBeside(typeof(SegmentsProjection), "segments.sql"))
    {
        WaitsForLoads = false,
    };
}
