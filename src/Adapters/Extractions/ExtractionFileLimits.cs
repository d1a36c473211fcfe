namespace Padron.Adapters.Extractions;

/// <summary>Where a file is cut or compressed. A test makes them small.</summary>
public sealed record ExtractionFileLimits
{
    /// <summary>An Excel sheet has 1,048,576 rows (2^20), of which the header takes one.</summary>
    public int ContactsPerSheet { get; init; } = 1_048_575;

    /// <summary>Largest text handed out unzipped, in bytes, inclusive: 806,596 numbers at 13 bytes a line.</summary>
    public long PlainTextBytes { get; init; } = 10 * 1024 * 1024;
}
