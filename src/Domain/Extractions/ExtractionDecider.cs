namespace Padron.Domain.Extractions;

public enum ExtractionStatus
{
    None,
    Requested,
    Claimed,
    Delivering,
    Delivered,
    Failed,
}

/// <summary>What an extraction's decisions need of its history.</summary>
public sealed record Extraction(ExtractionStatus Status = ExtractionStatus.None, ExtractionRequested? Request = null, int Obtained = 0)
{
    public static readonly Extraction None = new();
}

/// <summary>Asks for contacts.</summary>
/// <param name="Selection">Which.</param>
/// <param name="Amount">How many; at least one.</param>
/// <param name="Available">How many the read model has of them.</param>
/// <param name="Format">The file to write.</param>
/// <param name="Seed">For a repeatable choice.</param>
/// <param name="By">The operator.</param>
/// <param name="At">UTC.</param>
public sealed record RequestExtraction(Selection Selection, int Amount, long Available, ExtractionFormat Format, long? Seed, string By, DateTimeOffset At);

/// <summary>Ends the claim with what was obtained.</summary>
public sealed record FinishClaim(int Obtained, DateTimeOffset At);

/// <summary>Hands the file over: the last moment at which nothing has left the house.</summary>
public sealed record StartDelivery(DateTimeOffset At);

/// <summary>Records the file that was handed over.</summary>
public sealed record FinishDelivery(string FileName, long Bytes, string Sha256, DateTimeOffset At);

/// <summary>The rules of an extraction's life: requested, claimed, delivering, delivered; or failed.</summary>
public static class ExtractionDecider
{
    /// <exception cref="RuleViolationException"><c>amount_out_of_range</c>, <c>too_few_contacts</c></exception>
    public static ExtractionEvent[] Decide(RequestExtraction command, Extraction extraction) =>
        extraction.Status is not ExtractionStatus.None ? []
        : command.Amount < 1
            ? throw new RuleViolationException("amount_out_of_range", "Ask for at least one contact.")
        : command.Available < command.Amount
            ? throw new RuleViolationException("too_few_contacts", TooFew(command))
        : [new ExtractionRequested(command.Selection, command.Amount, command.Format, command.Seed, command.By, command.At)];

    /// <summary>Fewer than asked is a result; none at all is a failure.</summary>
    public static ExtractionEvent[] Decide(FinishClaim command, Extraction extraction) =>
        extraction.Status is not ExtractionStatus.Requested ? []
        : command.Obtained == 0 ? [new ExtractionFailed("Others took every contact of the selection meanwhile.", command.At)]
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

    public static Extraction Evolve(Extraction extraction, object @event) => @event switch
    {
        ExtractionRequested requested => extraction with { Status = ExtractionStatus.Requested, Request = requested },
        ExtractionClaimed claimed => extraction with { Status = ExtractionStatus.Claimed, Obtained = claimed.Obtained },
        ExtractionDeliveryStarted => extraction with { Status = ExtractionStatus.Delivering },
        ExtractionDelivered => extraction with { Status = ExtractionStatus.Delivered },
        ExtractionFailed => extraction with { Status = ExtractionStatus.Failed },
        _ => extraction,
    };

    static string TooFew(RequestExtraction command) => command.Available == 0
        ? $"No contact is available for {command.Selection}."
        : $"Only {command.Available:N0} contacts are available for {command.Selection}, and {command.Amount:N0} were asked for. Ask for {command.Available:N0} or fewer, or choose another selection.";
}
