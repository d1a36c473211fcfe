namespace Padron.Adapters.Samples;

/// <summary>What sample to write, and where. The same options give the same bytes in all three files.</summary>
public sealed record SampleOptions
{
    /// <summary>The SQLite file.</summary>
    public required string DatabasePath { get; init; }

    /// <summary>The numbering plan; beside the database as <c>NAME.plan.csv</c> when null.</summary>
    public string? PlanPath { get; init; }

    /// <summary>What an import must find; beside the database as <c>NAME.truth.json</c> when null.</summary>
    public string? TruthPath { get; init; }

    /// <summary>Rows of <c>numeros</c>, the dirty ones and the duplicates included.</summary>
    public long Rows { get; init; } = 100_000;

    public long Seed { get; init; } = 1;

    public DirtRates Dirt { get; init; } = DirtRates.Believable;

    /// <summary>Share of the numbers that the plan calls mobile, 0 to 1. Met to within a few per cent, because the plan has whole blocks.</summary>
    public double MobileShare { get; init; } = 0.88;

    /// <summary>Replaces files that exist; without it they are left alone and the sample is refused.</summary>
    public bool Overwrite { get; init; }
}
