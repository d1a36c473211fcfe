using BenchmarkDotNet.Attributes;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks.Calls;

/// <summary>Numbers as people write them, from text to region, type and validity.</summary>
public class InternationalNumberCalls
{
    const int Numbers = 1_200;

    static readonly string[] Mexican = ["55 1234 5678", "(222) 123-4567", "044 81 1234 5678", "+52 1 999 123 4567", "6641234567"];

    static readonly string[] Foreign =
    [
        "+57 300 123 4567", "+593 99 123 4567", "+54 9 11 2345-6789", "+55 11 98765-4321", "+51 987 654 321", "+56 9 8765 4321", "+502 2201 2345",
        "+1 212 555 0100", "+1 340 555 0100", "+34 912 34 56 78", "+44 20 7946 0958", "+39 06 1234 5678",
    ];

    [Benchmark(OperationsPerInvoke = Numbers, Description = "read a number of Mexico as that of any region"), Unit("numbers")]
    public int OfMexico() => Valid(Mexican);

    [Benchmark(OperationsPerInvoke = Numbers, Description = "read a number of one of twelve other countries"), Unit("numbers")]
    public int OfOthers() => Valid(Foreign);

    static int Valid(string[] texts)
    {
        var valid = 0;
        for (var i = 0; i < Numbers; i++)
            valid += InternationalNumber.Read(texts[i % texts.Length], "MX", out var number) is null && number.IsValid ? 1 : 0;
        return valid;
    }
}
