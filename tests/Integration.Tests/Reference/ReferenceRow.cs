using System.Text.RegularExpressions;
using Padron.Integration.Tests.Fixture;

#pragma warning disable MA0009 // What is read is a page of the tree.

namespace Padron.Integration.Tests.Reference;

/// <summary>A row of <c>docs/reference-sql.md</c>.</summary>
/// <param name="Statement">Name of the statement it is about.</param>
/// <param name="Begins">The statement's first words, so that a line number can't be mistaken.</param>
/// <param name="Kind">unchanged, mapping or superseded.</param>
/// <param name="Replacements">Of a mapping: what is written, and what is to be written instead.</param>
/// <param name="Remark">What the reader is told.</param>
sealed partial record ReferenceRow(string Statement, string Begins, string Kind, IReadOnlyList<(string Written, string Instead)> Replacements, string Remark)
{
    public bool Runs => Kind is "unchanged" or "mapping";

    public static IReadOnlyList<ReferenceRow> All { get; } = [.. Read(File.ReadAllText(Repository.PathOf("docs/reference-sql.md")))];

    public static IEnumerable<ReferenceRow> Read(string page) =>
        from Match row in Row().Matches(page)
        select new ReferenceRow(
            row.Groups["statement"].Value, row.Groups["begins"].Value, row.Groups["kind"].Value,
            [.. Replacement().Matches(row.Groups["mapping"].Value).Select(match => (match.Groups["written"].Value, match.Groups["instead"].Value))],
            row.Groups["remark"].Value.Trim());

    /// <summary>The statement as it is to be sent: words replaced, parameters numbered.</summary>
    /// <exception cref="FormatException">A mapping names something that the statement does not have.</exception>
    public string Apply(ReferenceStatement statement)
    {
        var sql = statement.Sql;
        foreach (var (written, instead) in Replacements)
            sql = sql.Contains(written, StringComparison.Ordinal) ? sql.Replace(written, instead, StringComparison.Ordinal) : throw new FormatException($"{Statement} has no {written}.");
        var parameters = 0;
        return Parameter().Replace(sql, _ => $"${++parameters}");
    }

    [GeneratedRegex(@"^\| (?<statement>fase\d:\d+) `(?<begins>[^`]+)` \| (?<kind>\w+)(: (?<mapping>[^|]+))? \| (?<remark>[^|]+) \|$", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<written>[^`]+)` → `(?<instead>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Replacement();

    [GeneratedRegex(@"\?")]
    private static partial Regex Parameter();
}
