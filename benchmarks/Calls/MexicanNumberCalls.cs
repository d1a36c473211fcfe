using BenchmarkDotNet.Attributes;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks.Calls;

/// <summary>Reading numbers as they stand in files.</summary>
public class MexicanNumberCalls
{
    const int Numbers = 1_000;

    // As address books have them: a quarter in each of these forms.
    static readonly Func<long, string>[] Dirty =
    [
        national => $"+52 1 {national / 100000000} {national / 10000 % 10000:D4} {national % 10000:D4}",
        national => $"044 {national}",
        national => $"({national / 100000000}) {national / 10000 % 10000:D4}-{national % 10000:D4} ext. 12",
        national => $"{national}.0",
    ];

    readonly string[] clean = new string[Numbers];
    readonly string[] dirty = new string[Numbers];

    [GlobalSetup]
    public void Write()
    {
        for (var i = 0; i < Numbers; i++)
        {
            var national = 5510000000 + i * 7_919L;
            clean[i] = $"+52{national}";
            dirty[i] = Dirty[i % Dirty.Length](national);
        }
    }

    [Benchmark(OperationsPerInvoke = Numbers, Description = "read a clean number"), Unit("numbers")]
    public int Clean() => Readable(clean);

    [Benchmark(OperationsPerInvoke = Numbers, Description = "read a number in an old or dirty form"), Unit("numbers")]
    public int Messy() => Readable(dirty);

    static int Readable(string[] texts)
    {
        var readable = 0;
        foreach (var text in texts)
            readable += MexicanNumber.Normalize(text).Rejection is null ? 1 : 0;
        return readable;
    }
}
