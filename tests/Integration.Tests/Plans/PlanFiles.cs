using System.Text;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Plans;

/// <summary>The plans as text, one file for each folder of the source: <c>docs/plans</c>.</summary>
sealed class PlanFiles
{
    const string QueryHead = "== ";

    static readonly string Folder = Repository.PathOf("docs/plans");

    readonly SortedDictionary<string, string> files;

    PlanFiles(SortedDictionary<string, string> files, IReadOnlyList<string> queries) => (this.files, Queries) = (files, queries);

    /// <summary>File and fingerprint of every query that has a plan, in the order of the files.</summary>
    public IReadOnlyList<string> Queries { get; }

    public static PlanFiles Of(IReadOnlyList<SourceQuery> queries, IReadOnlyCollection<CapturedPlan> plans)
    {
        var bySource = plans.ToLookup(plan => SourceOf(queries, plan));
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in queries.Where(bySource.Contains).GroupBy(query => Path.GetDirectoryName(query.File)!.Replace('/', '.')))
        {
            var text = new StringBuilder();
            foreach (var query in folder)
            {
                text.Append(Heading(query)).Append("\n\n");
                // A query with a hole in its text has a plan for each text, and one with an alternative in it may have one for each.
                foreach (var statement in bySource[query].GroupBy(plan => Shown(query, plan)))
                {
                    text.Append(statement.Key).Append("\n\n");
                    foreach (var plan in statement.Select(plan => plan.Plan).Distinct())
                        text.Append(Indented(plan)).Append("\n\n");
                }
            }

            texts.Add($"{folder.Key}.txt", text.ToString().TrimEnd() + "\n");
        }

        return new(texts, [.. texts.Values.SelectMany(Headings)]);
    }

    /// <summary>Where a statement comes from: of several queries with holes, the one with the most text of its own.</summary>
    public static SourceQuery? SourceOf(IReadOnlyList<SourceQuery> queries, CapturedPlan plan) =>
        queries.Where(query => query.IsIn(plan.Statement)).MaxBy(query => query.Sql.Length);

    public async Task WriteAsync()
    {
        Directory.CreateDirectory(Folder);
        foreach (var old in Directory.GetFiles(Folder, "*.txt"))
            File.Delete(old);
        foreach (var (name, text) in files)
            await File.WriteAllTextAsync(Path.Combine(Folder, name), text);
    }

    public static async Task<IReadOnlyList<string>> CommittedQueriesAsync()
    {
        var queries = new List<string>();
        if (!Directory.Exists(Folder))
            return queries;
        foreach (var path in Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal))
            queries.AddRange(Headings(await File.ReadAllTextAsync(path)));
        return queries;
    }

    static IEnumerable<string> Headings(string text) => text.Split('\n').Where(line => line.StartsWith(QueryHead, StringComparison.Ordinal));

    static string Heading(SourceQuery query) => $"{QueryHead}{query.File} ({query.Fingerprint})";

    // A script can be read where it stands: its first line says which of its statements this is.
    static string Shown(SourceQuery query, CapturedPlan plan) =>
        query.File.EndsWith(".sql", StringComparison.Ordinal)
            ? plan.Statement.Split('\n').First(line => !line.StartsWith("--", StringComparison.Ordinal)) + " …"
            : plan.Statement;

    static string Indented(string plan) => string.Join('\n', plan.Split('\n').Select(line => "    " + line));
}
