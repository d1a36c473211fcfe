using Padron.MartenExtensions;

namespace Padron.Projections.Imports;

/// <summary>The list of imports and where each stands.</summary>
public static class ImportsProjection
{
    public static readonly Projection Definition = new(
        "imports", ["read.imports"], EmbeddedSql.StatementsBeside(typeof(ImportsProjection), "imports.sql"))
    {
        FoldsContacts = false,
    };
}
