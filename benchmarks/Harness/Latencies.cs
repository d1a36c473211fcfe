using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Padron.Benchmarks.Harness;

/// <summary>How long each call took; from any number of threads.</summary>
sealed class Latencies
{
    readonly ConcurrentBag<double> milliseconds = [];

    public async Task MeasureAsync(Func<Task> call)
    {
        var began = Stopwatch.GetTimestamp();
        await call();
        milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }

    public void Clear() => milliseconds.Clear();

    /// <summary>What 99 of a hundred calls may take at most, or another share of them.</summary>
    public Limit Limit(double asked, double share = 0.99) => new(string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %"), asked, At(share), "ms");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"half within {At(0.5):N1} ms, 95 % within {At(0.95):N1} ms, 99 % within {At(0.99):N1} ms");

    double At(double share)
    {
        double[] sorted = [.. milliseconds.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
