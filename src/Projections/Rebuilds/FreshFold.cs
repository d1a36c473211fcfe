namespace Padron.Projections.Rebuilds;

/// <summary>The first pass of a rebuild, over tables without any index and in pages that are folded in any order, several at once.</summary>
/// <param name="Page">
/// Run in order for a range of positions: $1 exclusive floor, $2 inclusive ceiling. They fold what needs no row of before, and note the position of every
/// other event of the range in <c>/*unit*/.late</c>: the projection's own statements fold those when all pages are through.
/// </param>
/// <param name="Once">Run in order after the last page and before the first late event.</param>
public sealed record FreshFold(IReadOnlyList<string> Page, IReadOnlyList<string> Once)
{
    /// <summary>Stands in the statements for the schema of the tables.</summary>
    public const string Unit = "/*unit*/";

    internal FreshFold In(string schema)
    {
        return new([.. Page.Select(There)], [.. Once.Select(There)]);

        string There(string statement) => statement.Replace(Unit, schema, StringComparison.Ordinal);
    }
}
