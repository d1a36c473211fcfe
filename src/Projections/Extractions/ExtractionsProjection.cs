using Padron.MartenExtensions;

namespace Padron.Projections.Extractions;

/// <summary>The list of extractions and where each stands.</summary>
public static class ExtractionsProjection
{
    public static readonly Projection Definition = new(
        "extractions", ["read.extractions"], EmbeddedSql.StatementsBeside(typeof(ExtractionsProjection), "extractions.sql"))
    {
        FoldsContacts = false,
    };
}
