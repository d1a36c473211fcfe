using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Imports;

/// <summary>The list of imports and where each stands.</summary>
public static class ImportsProjection
{
    public static readonly SqlProjection Definition = new(
        "imports", ["read.imports"], EmbeddedSql.StatementsBeside(typeof(ImportsProjection), "imports.sql"))
    {
        WaitsForLoads = false,
    };
}
