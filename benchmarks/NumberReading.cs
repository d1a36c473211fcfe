using Padron.Domain.Numbering;

namespace Padron.Benchmarks;

/// <summary>Numbers as people write them, to be parted, typed and checked.</summary>
static class NumberReading
{
    public const int Count = 1_000_000;

    public static readonly string[] Mexican = ["55 1234 5678", "(222) 123-4567", "044 81 1234 5678", "+52 1 999 123 4567", "6641234567"];

    public static readonly string[] Foreign =
    [
        "+57 300 123 4567", "+593 99 123 4567", "+54 9 11 2345-6789", "+55 11 98765-4321", "+51 987 654 321", "+56 9 8765 4321", "+502 2201 2345",
        "+1 212 555 0100", "+1 340 555 0100", "+34 912 34 56 78", "+44 20 7946 0958", "+39 06 1234 5678",
    ];

    public static Task ReadAsync(string[] texts)
    {
        for (var i = 0; i < Count; i++)
        {
            if (InternationalNumber.Read(texts[i % texts.Length], "MX", out var number) is not null || !number.IsValid)
                throw new InvalidOperationException($"{texts[i % texts.Length]} is a valid number.");
        }

        return Task.CompletedTask;
    }
}
