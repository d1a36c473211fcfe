using System.Text.Json.Serialization;

namespace Padron.Benchmarks.Harness;

/// <summary>Work that was measured, and what stood beside it in the same rounds.</summary>
/// <param name="Area">What <c>ONLY=</c> chooses by.</param>
/// <param name="Work">What was done.</param>
/// <param name="Unit">What is counted: rows, events, contacts, requests …</param>
/// <param name="Rate">Units a second.</param>
/// <param name="Seconds">Of one round; of one call for what BenchmarkDotNet measured.</param>
/// <param name="Beside">Limits and naive forms; none for what is compared with its own past only.</param>
/// <param name="BytesPerCall">Allocated, where that was measured.</param>
/// <param name="Note">What else a reader should know, such as percentiles.</param>
/// <param name="Limits">What was asked of it, beside what it came to; null where nothing was.</param>
sealed record Figure(
    string Area, string Work, string Unit, Spread Rate, Spread Seconds, IReadOnlyList<Comparison> Beside, double? BytesPerCall = null, string? Note = null,
    IReadOnlyList<Limit>? Limits = null)
{
    [JsonIgnore]
    public string Key => $"{Area}: {Work}";
}

/// <param name="Work">What was done instead.</param>
/// <param name="Rate">Of it, in the same unit.</param>
/// <param name="Seconds">Of one round.</param>
/// <param name="Speed">How many times as fast the figure was: its rate by this one, round by round.</param>
sealed record Comparison(string Work, Spread Rate, Spread Seconds, Spread Speed);

/// <summary>What was asked for, and what it came to. One that is missed fails nothing: a busy machine misses it too.</summary>
/// <param name="Of">The median <c>round</c>, <c>99 %</c> of the calls, the most <c>memory</c>; the median <c>rate</c>.</param>
/// <param name="Unit">ms, s or MiB, of both numbers; or so much a second.</param>
/// <param name="AtLeast">Whether it may be more, not less.</param>
sealed record Limit(string Of, double Asked, double Measured, string Unit, bool AtLeast = false)
{
    [JsonIgnore]
    public bool IsMissed => AtLeast ? Measured < Asked : Measured > Asked;

    public override string ToString() => $"{Of}: {Report.Number(Measured)} of {Report.Number(Asked)} {Unit}{(IsMissed ? ", missed" : "")}";
}

/// <summary>A few measurements of one thing.</summary>
sealed record Spread(double Median, double Min, double Max, int Rounds)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return new(sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1], sorted.Length);
    }
}

/// <summary>A run of the benchmarks: <c>out/bench.json</c> and <c>benchmarks/results</c>.</summary>
/// <param name="At">When it ended (UTC).</param>
/// <param name="Rows">Rows of the samples together.</param>
/// <param name="Only">The areas it was limited to; empty when it measured all.</param>
/// <param name="LeftOut">What could not be measured at this size, and why.</param>
sealed record BenchRun(DateTimeOffset At, long Rows, IReadOnlyCollection<string> Only, Machine Machine, IReadOnlyList<Figure> Figures, IReadOnlyList<string> LeftOut);

/// <param name="MemoryGib">What the process may use.</param>
sealed record Machine(int Cores, double MemoryGib, string System, string Dotnet, string Postgres);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BenchRun))]
sealed partial class BenchJson : JsonSerializerContext;
