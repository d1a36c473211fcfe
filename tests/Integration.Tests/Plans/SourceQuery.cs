using System.Text.RegularExpressions;

#pragma warning disable MA0009 // What is read is our own source and the server's plans of it.

namespace Padron.Integration.Tests.Plans;

/// <summary>A statement that stands in the source and reads or writes our tables.</summary>
/// <param name="File">Below <c>src</c>.</param>
/// <param name="Sql">Comments and surplus space are gone; <see cref="StringLiterals.Hole"/> stands where the text differs from call to call.</param>
sealed partial record SourceQuery(string File, string Sql)
{
    // They speak SQLite, which is the customer's file.
    static readonly string[] NotPostgres = ["Adapters/Samples/", "Adapters/Imports/"];

    // A hole may be empty, and then the space before it is gone as well.
    readonly Regex pattern = new(
        $"^{Regex.Escape(Sql).Replace(@"\ " + StringLiterals.Hole, @"\ ?.*?", StringComparison.Ordinal).Replace(StringLiterals.Hole.ToString(), ".*?", StringComparison.Ordinal)}$",
        RegexOptions.Singleline);

    /// <param name="statement">As it was sent to the server.</param>
    public bool IsIn(string statement) => pattern.IsMatch(Normalize(statement));

    /// <summary>Of every file below <paramref name="source"/>, in order of path and place. Schema scripts run once, on empty tables.</summary>
    public static IReadOnlyList<SourceQuery> In(string source) =>
    [
        .. Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, File: Path.GetRelativePath(source, path).Replace('\\', '/')))
            .Where(file => !NotPostgres.Any(folder => file.File.StartsWith(folder, StringComparison.Ordinal)))
            .Where(file => !file.File.Split('/').Any(part => part is "bin" or "obj" or "Schema"))
            .OrderBy(file => file.File, StringComparer.Ordinal)
            .SelectMany(file => Path.GetExtension(file.File) switch
            {
                ".cs" => InCode(file.File, System.IO.File.ReadAllText(file.Path)),
                ".sql" => InScript(file.File, System.IO.File.ReadAllText(file.Path)),
                _ => [],
            }),
    ];

    public static IEnumerable<SourceQuery> InCode(string file, string code) => Queries(file, StringLiterals.In(code));

    // Split as EmbeddedSql.StatementsBeside does; a comment such as /*busy*/ is replaced before the statement is sent.
    public static IEnumerable<SourceQuery> InScript(string file, string script) =>
        Queries(file, LineComment().Replace(InlineComment().Replace(script, StringLiterals.Hole.ToString()), "").Split(";\n"));

    static IEnumerable<SourceQuery> Queries(string file, IEnumerable<string> texts) =>
        texts.Select(Normalize).Where(sql => Verb().IsMatch(sql) && OurTable().IsMatch(sql)).Distinct().Select(sql => new SourceQuery(file, sql));

    public static string Normalize(string sql) => Space().Replace(Comment().Replace(sql, " "), " ").Trim().TrimEnd(';');

    // Statements that have a plan: what changes the schema, locks or copies has none.
    [GeneratedRegex(@"^(select|insert|update|delete|merge|with|values)\s", RegexOptions.ExplicitCapture)]
    private static partial Regex Verb();

    // What asks the catalog or the server only has no plan worth keeping.
    [GeneratedRegex(@"\b(events|read|queue|padron|projections)\.[\w\u0001]", RegexOptions.ExplicitCapture)]
    private static partial Regex OurTable();

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex LineComment();

    [GeneratedRegex(@"/\*\w+\*/")]
    private static partial Regex InlineComment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
