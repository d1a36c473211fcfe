namespace Padron.Projections.Rebuilds;

/// <summary>The first pass of a rebuild, over tables without any index and in pages that are folded in any order, several at once.</summary>
/// <param name="Before">Run in order before the first page: $1 is 0, $2 the last position of the pass.</param>
/// <param name="Cuts">A query, run then, for the positions at which a page must end, ascending; of late events too.</param>
/// <param name="Page">
/// Run in order for a range of positions: $1 exclusive floor, $2 inclusive ceiling. They fold what needs no row of before, and note the position of every
/// other event of the range in <c>/*unit*/.late</c>: the projection's own statements fold those when all pages are through.
/// </param>
/// <param name="After">Run in order after the last page and before the first late event.</param>
public sealed record FreshFold(IReadOnlyList<string> Before, string Cuts, IReadOnlyList<string> Page, IReadOnlyList<string> After)
{
    /// <summary>Stands in the statements for the schema of the tables.</summary>
    public const string Unit = "/*unit*/";

    internal FreshFold In(string schema)
    {
        return new([.. Before.Select(There)], There(Cuts), [.. Page.Select(There)], [.. After.Select(There)]);

        string There(string statement) => statement.Replace(Unit, schema, StringComparison.Ordinal);
    }
}
