using System.Text.Json;
using System.Text.Json.Serialization;
using Padron.Domain.Numbering;

namespace Padron.Adapters.Samples;

/// <summary>What an import of the sample must come to when the sample's own plan is loaded. All counts are of rows, zero counts included.</summary>
/// <remarks>RowsRead = Imported + Duplicates + the sum of Rejected; Imported = Verified + NotMobile + Invalidated.</remarks>
public sealed record SampleTruth
{
    public required long Seed { get; init; }

    /// <summary>The rows that were asked for.</summary>
    public required long Rows { get; init; }

    public required long RowsRead { get; init; }

    /// <summary>Distinct contacts.</summary>
    public required long Imported { get; init; }

    /// <summary>Imported, not marked as invalid, and mobile by the plan.</summary>
    public required long Verified { get; init; }

    /// <summary>Imported, not marked as invalid, and a landline by the plan.</summary>
    public required long NotMobile { get; init; }

    /// <summary>Imported and marked as not valid by es_valido, whatever the line.</summary>
    public required long Invalidated { get; init; }

    /// <summary>Rows whose number an earlier row has.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Imported contacts whose number was completed by the LADA of the row. No duplicate is written that way.</summary>
    public required long LadaInferred { get; init; }

    public required IReadOnlyDictionary<RejectionReason, long> Rejected { get; init; }

    /// <summary>By state code: the state in estado_cof if it can be recognised, else the LADA's.</summary>
    public required IReadOnlyDictionary<string, long> ImportedByState { get; init; }

    /// <inheritdoc cref="ImportedByState"/>
    public required IReadOnlyDictionary<string, long> VerifiedByState { get; init; }

    /// <summary>By the number's own LADA, whatever the row says.</summary>
    public required IReadOnlyDictionary<string, long> VerifiedByLada { get; init; }

    /// <summary>How many rows have each kind of dirt, rejected rows and duplicates included. A duplicate also counts as the way its number is written.</summary>
    /// <remarks>Of the two number columns it speaks of numero; campo1_original may be punctuated or prefixed where numero is plain.</remarks>
    public required IReadOnlyDictionary<Dirt, long> Dirt { get; init; }

    public static async Task<SampleTruth> ReadAsync(string path, CancellationToken ct = default)
    {
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync(file, SampleTruthJson.Default.SampleTruth, ct)
            ?? throw new InvalidDataException($"{path} holds no truth.");
    }

    public async Task WriteAsync(string path, CancellationToken ct = default)
    {
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, this, SampleTruthJson.Default.SampleTruth, ct);
    }
}

// The line feed is named, or the same seed would give other bytes on another system.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", UseStringEnumConverter = true)]
[JsonSerializable(typeof(SampleTruth))]
sealed partial class SampleTruthJson : JsonSerializerContext;
