using Padron.MartenExtensions;

namespace Padron.Projections.Search;

/// <summary>Every word of names and addresses: what a mistyped one could have meant.</summary>
public static class VocabularyProjection
{
    public static readonly Projection Definition = new(
        "vocabulary", ["read.search_vocabulary"], EmbeddedSql.StatementsBeside(typeof(VocabularyProjection), "vocabulary.sql"));
}
