using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Search;

/// <summary>Every word of names and addresses: what a mistyped one could have meant.</summary>
public static class VocabularyProjection
{
    /// <summary>The words of all contacts, after a load that brought them without a fold. Safe to repeat.</summary>
    public static readonly string OfProfiles = EmbeddedSql.Beside(typeof(VocabularyProjection), "vocabulary-of-profiles.sql");

    public static readonly SqlProjection Definition = new(
        "vocabulary", ["read.search_vocabulary"], EmbeddedSql.StatementsBeside(typeof(VocabularyProjection), "vocabulary.sql"));
}
