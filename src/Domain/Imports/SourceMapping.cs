namespace Padron.Domain.Imports;

/// <summary>Where a file has its contacts and its ranking under other names than the customer's usual ones.</summary>
/// <param name="Table">The table of contacts; null for <c>numeros</c>.</param>
/// <param name="Columns">By the usual name the file's own; null where the file has no such column. What is not named has its usual name.</param>
/// <param name="RankingTable">The table of municipalities; null for <c>mejores_ladas</c>.</param>
/// <param name="RankingColumns">As <paramref name="Columns"/>, of that table.</param>
public sealed record SourceMapping(
    string? Table = null, IReadOnlyDictionary<string, string?>? Columns = null, string? RankingTable = null, IReadOnlyDictionary<string, string?>? RankingColumns = null);
