using System.Text.Json.Serialization;

namespace Padron.Domain.Extractions;

/// <summary>A fact about an extraction. Names and members are the storage format: add, never rename or remove.</summary>
public abstract record ExtractionEvent;

/// <param name="Selection">Which contacts.</param>
/// <param name="Amount">How many.</param>
/// <param name="Format">The file to write.</param>
/// <param name="Seed">The same seed over the same register chooses the same contacts; null: chosen at random.</param>
/// <param name="RequestedBy">The operator.</param>
/// <param name="RequestedAt">UTC.</param>
/// <param name="Exact">All or nothing: with fewer than the amount it fails. Left out where it is false, as events before it have no such member.</param>
public sealed record ExtractionRequested(
    Selection Selection, int Amount, ExtractionFormat Format, long? Seed, string RequestedBy, DateTimeOffset RequestedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Exact = false) : ExtractionEvent;

/// <summary>Its contacts are claimed and stand in the manifest; nobody else gets them any more.</summary>
/// <param name="Obtained">How many: fewer than asked when others drained the pool meanwhile.</param>
/// <param name="ClaimedAt">UTC.</param>
public sealed record ExtractionClaimed(int Obtained, DateTimeOffset ClaimedAt) : ExtractionEvent;

/// <summary>From here on the file may be in somebody's hands: its contacts count as handed out, whatever happens.</summary>
public sealed record ExtractionDeliveryStarted(DateTimeOffset StartedAt) : ExtractionEvent;

/// <param name="FileName">Name of the file, without its directory.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in hexadecimal.</param>
/// <param name="DeliveredAt">UTC.</param>
public sealed record ExtractionDelivered(string FileName, long Bytes, string Sha256, DateTimeOffset DeliveredAt) : ExtractionEvent;

/// <summary>Ended without a contact: it obtained none, or gives back those it obtained because they were too few.</summary>
public sealed record ExtractionFailed(string Reason, DateTimeOffset FailedAt) : ExtractionEvent;

/// <summary>Called off before its file was begun: it gives its contacts back.</summary>
/// <param name="CancelledBy">The operator.</param>
/// <param name="CancelledAt">UTC.</param>
public sealed record ExtractionCancelled(string CancelledBy, DateTimeOffset CancelledAt) : ExtractionEvent;
