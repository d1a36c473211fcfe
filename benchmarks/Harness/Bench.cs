using System.Globalization;
using System.Runtime.InteropServices;

namespace Padron.Benchmarks.Harness;

/// <summary>One run: what it measures, and the figures so far.</summary>
/// <param name="rows">Rows of the samples together.</param>
/// <param name="only">Areas to measure; all when empty.</param>
sealed class Bench(long rows, IReadOnlySet<string> only) : IAsyncDisposable
{
    const long FewestRows = 10_000;

    readonly List<Figure> figures = [];
    readonly List<string> leftOut = [];
    Register? register;

    public long Rows => rows;

    public bool Measures(string area) => only.Count == 0 || only.Contains(area);

    public void Add(Figure figure)
    {
        figures.Add(figure);
        var beside = string.Concat(figure.Beside.Select(other => $"; {Report.Factor(other.Speed.Median)} times as fast as {other.Work}"));
        var limits = string.Concat((figure.Limits ?? []).Select(limit => $"; {limit}"));
        Console.WriteLine($"{figure.Area}: {figure.Work}: {Report.Number(figure.Rate.Median)} {figure.Unit}/s{limits}{beside}");
    }

    public void Skip(string area, string work, string why) => leftOut.Add($"{area}: {work}: left out, {why}");

    /// <summary>An installed register without a contact, made when first asked for.</summary>
    public async Task<Register> RegisterAsync() => register ??= await Register.OpenAsync();

    /// <summary>The register with all samples imported and projected.</summary>
    public async Task<Register> FilledAsync()
    {
        var filled = await RegisterAsync();
        if (!filled.IsFilled)
            await new FillBench(this, filled).RunAsync();
        return filled;
    }

    public async Task<BenchRun> EndAsync()
    {
        var postgres = register is null ? "not used" : await register.ScalarAsync<string>("select current_setting('server_version')");
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Math.Pow(2, 30);
        return new(
            TimeProvider.System.GetUtcNow(), rows, [.. only.Order(StringComparer.Ordinal)],
            new(Environment.ProcessorCount, Math.Round(memory, 1), RuntimeInformation.OSDescription, Environment.Version.ToString(), postgres), figures, leftOut);
    }

    public async ValueTask DisposeAsync()
    {
        if (register is not null)
            await register.DisposeAsync();
    }

    /// <param name="areas">All there are.</param>
    /// <exception cref="FormatException">ROWS or ONLY can't be read.</exception>
    public static Bench FromEnvironment(IReadOnlyCollection<string> areas)
    {
        var size = Environment.GetEnvironmentVariable("ROWS") is { Length: > 0 } text ? text : "100000";
        if (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) || rows < FewestRows)
            throw new FormatException($"ROWS is '{size}': give a number from {FewestRows} upward.");
        var only = (Environment.GetEnvironmentVariable("ONLY") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
        if (only.Except(areas, StringComparer.Ordinal).ToArray() is [_, ..] unknown)
            throw new FormatException($"ONLY has {string.Join(", ", unknown)}: the areas are {string.Join(", ", areas)}.");
        return new(rows, only);
    }
}
