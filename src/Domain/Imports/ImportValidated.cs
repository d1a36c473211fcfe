namespace Padron.Domain.Imports;

/// <summary>The register was compared with the import's source and with itself. Each time it is done is a fact of its own.</summary>
/// <param name="Score">0 to 100, cut to two decimals, so that 100 means that nothing failed.</param>
/// <param name="Checks">Each check's result.</param>
/// <param name="ValidatedAt">UTC.</param>
public sealed record ImportValidated(decimal Score, IReadOnlyList<ImportCheck> Checks, DateTimeOffset ValidatedAt) : ImportEvent
{
    /// <summary>What an import must reach.</summary>
    public const decimal Threshold = 95;

    /// <summary>
    /// The mean of the checks that had something to check. Each weighs the same, however many records it looks at: weighed by records, 36 million
    /// well-formed numbers would hide a sample of a thousand that is all wrong.
    /// </summary>
    public static ImportValidated Of(IReadOnlyList<ImportCheck> checks, DateTimeOffset at) =>
        new(ImportCheck.Cut(checks.Where(check => check.Checked > 0).Select(check => check.Score).DefaultIfEmpty(100).Average()), checks, at);
}

/// <summary>What one check found.</summary>
/// <param name="Name">Stable, in snake case.</param>
/// <param name="Checked">Records looked at; 0 when there was nothing to look at, and then the check weighs nothing.</param>
/// <param name="Failed">Of them; never more.</param>
/// <param name="Score">Share that passed, 0 to 100, cut to two decimals.</param>
/// <param name="Examples">A few that failed: contact ids or source rows, never a number or a name.</param>
public sealed record ImportCheck(string Name, long Checked, long Failed, decimal Score, IReadOnlyList<string> Examples)
{
    public const int MostExamples = 5;

    /// <param name="name">The check.</param>
    /// <param name="checked">Records looked at.</param>
    /// <param name="failures">May be more than the records: a difference of counts knows no bounds.</param>
    /// <param name="examples">As many as are at hand.</param>
    public static ImportCheck Of(string name, long @checked, long failures, IEnumerable<string> examples)
    {
        var looked = failures > 0 ? Math.Max(@checked, 1) : @checked; // what is found where nothing should be fails whole
        var failed = Math.Min(failures, looked);
        return new(name, looked, failed, looked == 0 ? 100 : Cut(100m * (looked - failed) / looked), [.. examples.Take(MostExamples)]);
    }

    internal static decimal Cut(decimal score) => decimal.Floor(score * 100) / 100;
}
