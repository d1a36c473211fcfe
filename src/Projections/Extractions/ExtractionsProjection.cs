using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Extractions;

/// <summary>The list of extractions and where each stands.</summary>
public static class ExtractionsProjection
{
    public static readonly SqlProjection Definition = new(
        "extractions", ["read.extractions"], EmbeddedSql.StatementsBeside(typeof(ExtractionsProjection), "extractions.sql"))
    {
        WaitsForLoads = false,
    };
}
