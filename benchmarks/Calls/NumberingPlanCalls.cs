using BenchmarkDotNet.Attributes;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks.Calls;

/// <summary>Looking for a number's block among as many as the regulator's file has.</summary>
public class NumberingPlanCalls
{
    const int Blocks = 178_000;
    const int Numbers = 1_000;
    const string Category = "block";

    readonly PhoneNumber[] phones = new PhoneNumber[Numbers];
    NumberingPlan plan = NumberingPlan.Empty;
    long[] firsts = [];

    [GlobalSetup]
    public void Plan()
    {
        var random = new Random(1);
        var (blocks, first) = (new List<NumberingBlock>(Blocks), 2_000_000_000L);
        for (var i = 0; i < Blocks; i++)
        {
            var last = first + random.Next(1_000, 60_000);
            blocks.Add(new(first, last, i % 8 == 0 ? LineType.Fixed : LineType.Mobile, $"CARRIER {i % 140}"));
            first = last + 1 + random.Next(0, 10_000);
        }

        plan = NumberingPlan.From(blocks);
        firsts = [.. plan.Blocks.Select(block => block.First)];
        for (var i = 0; i < Numbers; i++)
            phones[i] = PhoneNumber.Mexican(random.NextInt64(2_000_000_000, first));
    }

    [Benchmark(OperationsPerInvoke = Numbers, Description = "find the block of a number"), BenchmarkCategory(Category), Unit("numbers")]
    public int Find()
    {
        var found = 0;
        foreach (var phone in phones)
            found += plan.Find(phone) is not null ? 1 : 0;
        return found;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Numbers, Description = "a binary search over all blocks"), BenchmarkCategory(Category), Unit("numbers")]
    public int Search()
    {
        var found = 0;
        foreach (var phone in phones)
        {
            var index = Array.BinarySearch(firsts, phone.MexicanNational);
            if (index < 0)
                index = ~index - 1;
            found += index >= 0 && phone.MexicanNational <= plan.Blocks[index].Last ? 1 : 0;
        }

        return found;
    }
}
