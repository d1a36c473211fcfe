using Padron.Domain.Contacts;

namespace Padron.Domain.Extractions;

public enum ExtractionStatus
{
    None,
    Requested,
    Claimed,
    Delivering,
    Delivered,
    Failed,
    Cancelled,
}

/// <summary>What an extraction's decisions need of its history.</summary>
/// <param name="Status">Its last word.</param>
/// <param name="Request">What was asked for; null when there is no such extraction.</param>
/// <param name="Obtained">Contacts claimed.</param>
/// <param name="Failure">Why it failed, in a sentence.</param>
/// <param name="DeliveredAt">When its file was delivered (UTC); null before.</param>
public sealed record Extraction(
    ExtractionStatus Status = ExtractionStatus.None, ExtractionRequested? Request = null, int Obtained = 0, string? Failure = null,
    DateTimeOffset? DeliveredAt = null)
{
    public static readonly Extraction None = new();

    /// <summary>Why whatever it claimed goes back: it came to nothing. Null where it did not.</summary>
    public ReleaseReason? ReleaseReason => Status switch
    {
        ExtractionStatus.Failed => Contacts.ReleaseReason.ExtractionFailed,
        ExtractionStatus.Cancelled => Contacts.ReleaseReason.ExtractionCancelled,
        _ => null,
    };
}

/// <summary>Asks for contacts.</summary>
/// <param name="Selection">Which.</param>
/// <param name="Amount">How many; at least one.</param>
/// <param name="Available">How many the read model has of them.</param>
/// <param name="Format">The file to write.</param>
/// <param name="Seed">For a repeatable choice.</param>
/// <param name="By">The operator.</param>
/// <param name="At">UTC.</param>
/// <param name="Exact">All or nothing.</param>
public sealed record RequestExtraction(
    Selection Selection, int Amount, long Available, ExtractionFormat Format, long? Seed, string By, DateTimeOffset At, bool Exact = false);

/// <summary>Ends the claim with what was obtained.</summary>
public sealed record FinishClaim(int Obtained, DateTimeOffset At);

/// <summary>Hands the file over: the last moment at which nothing has left the house.</summary>
public sealed record StartDelivery(DateTimeOffset At);

/// <summary>Records the file that was handed over.</summary>
public sealed record FinishDelivery(string FileName, long Bytes, string Sha256, DateTimeOffset At);

/// <summary>Calls the extraction off.</summary>
public sealed record CancelExtraction(string By, DateTimeOffset At);

/// <summary>The rules of an extraction's life: requested, claimed, delivering, delivered; or failed, or cancelled before its delivery.</summary>
public static class ExtractionDecider
{
    /// <exception cref="RuleViolationException"><c>amount_out_of_range</c>, <c>too_few_contacts</c></exception>
    public static ExtractionEvent[] Decide(RequestExtraction command, Extraction extraction) =>
        extraction.Status is not ExtractionStatus.None ? []
        : command.Amount < 1
            ? throw new RuleViolationException("amount_out_of_range", "Ask for at least one contact.")
        : command.Available < command.Amount
            ? throw new RuleViolationException("too_few_contacts", TooFew(command))
        : [new ExtractionRequested(command.Selection, command.Amount, command.Format, command.Seed, command.By, command.At, command.Exact)];

    /// <summary>Fewer than asked is a result, unless the exact amount was asked for; none at all is a failure.</summary>
    public static ExtractionEvent[] Decide(FinishClaim command, Extraction extraction) =>
        extraction.Status is not ExtractionStatus.Requested ? []
        : command.Obtained == 0 ? [new ExtractionFailed("Others took every contact of the selection meanwhile.", command.At)]
        : extraction.Request is { Exact: true } request && command.Obtained < request.Amount
            ? [new ExtractionFailed($"Only {command.Obtained:N0} of {request.Amount:N0} contacts were left, and no fewer were wanted.", command.At)]
        : [new ExtractionClaimed(command.Obtained, command.At)];

    /// <summary>Delivering again is allowed: the manifest gives the same contacts to the same extraction.</summary>
    /// <exception cref="RuleViolationException"><c>extraction_not_claimed</c></exception>
    public static ExtractionEvent[] Decide(StartDelivery command, Extraction extraction) => extraction.Status switch
    {
        ExtractionStatus.Claimed => [new ExtractionDeliveryStarted(command.At)],
        ExtractionStatus.Delivering or ExtractionStatus.Delivered => [],
        _ => throw new RuleViolationException("extraction_not_claimed", $"There is nothing to deliver: the extraction is {extraction.Status}."),
    };

    public static ExtractionEvent[] Decide(FinishDelivery command, Extraction extraction) =>
        extraction.Status is not ExtractionStatus.Delivering ? []
        : [new ExtractionDelivered(command.FileName, command.Bytes, command.Sha256, command.At)];

    /// <summary>
    /// Before its delivery began nobody has seen a contact of it, so they can go back. From then on the file may be in somebody's hands.
    /// What came to nothing already changes nothing.
    /// </summary>
    /// <exception cref="RuleViolationException"><c>extraction_unknown</c>, <c>delivery_started</c></exception>
    public static ExtractionEvent[] Decide(CancelExtraction command, Extraction extraction) => extraction.Status switch
    {
        ExtractionStatus.Requested or ExtractionStatus.Claimed => [new ExtractionCancelled(command.By, command.At)],
        ExtractionStatus.Failed or ExtractionStatus.Cancelled => [],
        ExtractionStatus.None => throw new RuleViolationException("extraction_unknown", "There is no such extraction: choose one from the list of extractions."),
        _ => throw new RuleViolationException("delivery_started", "Its file may be in somebody's hands, so its contacts count as handed out: it can't be cancelled any more."),
    };

    public static Extraction Evolve(Extraction extraction, object @event) => @event switch
    {
        ExtractionRequested requested => extraction with { Status = ExtractionStatus.Requested, Request = requested },
        ExtractionClaimed claimed => extraction with { Status = ExtractionStatus.Claimed, Obtained = claimed.Obtained },
        ExtractionDeliveryStarted => extraction with { Status = ExtractionStatus.Delivering },
        ExtractionDelivered delivered => extraction with { Status = ExtractionStatus.Delivered, DeliveredAt = delivered.DeliveredAt },
        ExtractionFailed failed => extraction with { Status = ExtractionStatus.Failed, Failure = failed.Reason },
        ExtractionCancelled => extraction with { Status = ExtractionStatus.Cancelled },
        _ => extraction,
    };

    static string TooFew(RequestExtraction command) => command.Available == 0
        ? $"No contact is available for {command.Selection}."
        : $"Only {command.Available:N0} contacts are available for {command.Selection}, and {command.Amount:N0} were asked for. Ask for {command.Available:N0} or fewer, or choose another selection.";
}
