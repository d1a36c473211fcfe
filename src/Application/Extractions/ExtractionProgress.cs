using System.Text.Json.Serialization;

namespace Padron.Application.Extractions;

/// <summary>What is being done for an extraction, or what it came to.</summary>
public enum ExtractionStage
{
    /// <summary>Waiting for a worker.</summary>
    Requested,
    Claiming,
    Writing,

    /// <summary>It came to nothing, and its contacts are being given back.</summary>
    Releasing,
    Delivered,
    Failed,
    Cancelled,
}

/// <summary>How far an extraction is.</summary>
/// <param name="ExtractionId">The extraction.</param>
/// <param name="Stage">What is being done, or what it came to.</param>
/// <param name="Claimed">Contacts claimed; a second behind at most while it claims.</param>
/// <param name="Written">Contacts written to the file; a second behind at most while it writes.</param>
/// <param name="Amount">Contacts asked for.</param>
/// <param name="UpdatedAt">When a process last worked on it (UTC); null before the first did.</param>
/// <param name="Trouble">What the last try failed of, until the next one begins.</param>
/// <param name="GivenUp">After the last try: a dead letter of its id waits to be replayed.</param>
public sealed record ExtractionProgress(
    Guid ExtractionId, ExtractionStage Stage, int Claimed, int Written, int Amount, DateTimeOffset? UpdatedAt, string? Trouble, bool GivenUp)
{
    [JsonIgnore]
    public bool IsEnded => Stage is ExtractionStage.Delivered or ExtractionStage.Failed or ExtractionStage.Cancelled;
}
