using System.Text.RegularExpressions;

#pragma warning disable MA0009 // What is read is our own source and the server's plans of it.

namespace Padron.Integration.Tests.Plans;

/// <summary>A statement the server ran, and the plan by which it did.</summary>
/// <param name="Statement">As it was sent.</param>
/// <param name="Plan">As EXPLAIN writes it, without costs and with every value that is another one in each run replaced by an ellipsis.</param>
sealed partial record CapturedPlan(string Statement, string Plan)
{
    /// <summary>Reads a message of auto_explain; null when it is something else.</summary>
    public static CapturedPlan? Parse(string message)
    {
        if (Head().Match(message) is not { Success: true } head || FirstNode().Match(message, head.Length) is not { Success: true } node)
            return null;
        var statement = Parameters().Replace(message[head.Length..node.Index], "").Trim();
        var plan = Costs().Replace(message[node.Index..], "");
        return new(statement, Stable(plan).TrimEnd());
    }

    /// <summary>Tables that are read from their first page to the last.</summary>
    public IEnumerable<string> SequentialScans => SequentialScan().Matches(Plan).Select(scan => scan.Groups["table"].Value).Distinct();

    // Ids, positions, times and workers are new in each run; lists of them are as long as a batch is.
    static string Stable(string plan) => Name().Replace(LongList().Replace(Value().Replace(plan, "'…'::${type}"), "'{…}'"), "'…'");

    [GeneratedRegex(@"\Aduration: [0-9.]+ ms  plan:\nQuery Text: ")]
    private static partial Regex Head();

    [GeneratedRegex(@"^.*\(cost=\d", RegexOptions.Multiline)]
    private static partial Regex FirstNode();

    // PostgreSQL 16 adds them.
    [GeneratedRegex(@"^Query Parameters: .*", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Parameters();

    [GeneratedRegex(@"  \(cost=[^)]*\)")]
    private static partial Regex Costs();

    [GeneratedRegex(@"'[^']*'::(?<type>(uuid|oid|bigint|integer|smallint|timestamp with(out)? time zone|double precision|jsonb|numeric)(\[\])?)", RegexOptions.ExplicitCapture)]
    private static partial Regex Value();

    // SHA-256 of a file; machine, process and instance of a worker.
    [GeneratedRegex(@"'([0-9a-f]{64}|[^'\s]+/[0-9]+/[0-9a-f]{32})'", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex(@"'\{[^']{120,}\}'")]
    private static partial Regex LongList();

    [GeneratedRegex(@"\bSeq Scan on (\w+\.)?(?<table>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex SequentialScan();
}
