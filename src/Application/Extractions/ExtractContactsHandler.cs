using Padron.Application.Availability;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.EventStore;

namespace Padron.Application.Extractions;

/// <summary>Takes contacts out of the register into a file.</summary>
/// <param name="Selection">Which.</param>
/// <param name="Amount">How many.</param>
/// <param name="Format">The kind of file.</param>
/// <param name="Path">The file to write; must not exist.</param>
/// <param name="Seed">For a repeatable choice.</param>
/// <param name="By">The operator.</param>
/// <param name="Exact">All or nothing: if fewer are obtained they are given back.</param>
public sealed record ExtractContacts(Selection Selection, int Amount, ExtractionFormat Format, string Path, long? Seed, string By, bool Exact = false);

/// <summary>What came out.</summary>
public sealed record ExtractionResult(Guid ExtractionId, int Requested, int Obtained, WrittenFile File);

/// <summary>An extraction from request to file: requested, claimed, delivered.</summary>
public sealed class ExtractContactsHandler(
    Streams streams, AvailabilityQueries availability, Claim claim, Release release, ExtractionDelivery delivery, TimeProvider clock)
{
    /// <exception cref="RuleViolationException">
    /// <c>too_few_contacts</c>, <c>amount_out_of_range</c>, <c>none_obtained</c>, <c>too_few_obtained</c>, <c>extraction_cancelled</c>
    /// </exception>
    /// <exception cref="IOException">The file exists already, or can't be written. What was claimed stays claimed and can be delivered to another path.</exception>
    public async Task<ExtractionResult> HandleAsync(ExtractContacts command, IProgress<int>? progress = null, CancellationToken ct = default)
    {
        delivery.RequireFree(command.Path, command.Format);
        var id = Guid.CreateVersion7();
        var metadata = new EventMetadata(User: command.By, CorrelationId: id.ToString());

        var available = await availability.CountAsync(command.Selection, ct);
        var request = new RequestExtraction(command.Selection, command.Amount, available, command.Format, command.Seed, command.By, clock.GetUtcNow(), command.Exact);
        var requested = await ExecuteAsync(id, extraction => ExtractionDecider.Decide(request, extraction), metadata, ct);

        return await ClaimAndDeliverAsync(id, requested.State, command.Path, metadata, progress, ct);
    }

    /// <summary>Ends an extraction that was cancelled or killed on its way: claims what is missing, and delivers.</summary>
    /// <exception cref="RuleViolationException">
    /// <c>extraction_unknown</c>; and of one that came to nothing <c>none_obtained</c>, <c>too_few_obtained</c>, <c>extraction_cancelled</c>
    /// </exception>
    public async Task<ExtractionResult> ResumeAsync(Guid id, string path, string by, IProgress<int>? progress = null, CancellationToken ct = default)
    {
        var extraction = await streams.LoadAsync(id, Extraction.None, ExtractionDecider.Evolve, ct);
        if (extraction.Request is not { } request)
            throw new RuleViolationException("extraction_unknown", $"There is no extraction {id}.");
        delivery.RequireFree(path, request.Format);
        return await ClaimAndDeliverAsync(id, extraction, path, new EventMetadata(User: by, CorrelationId: id.ToString()), progress, ct);
    }

    async Task<ExtractionResult> ClaimAndDeliverAsync(
        Guid id, Extraction extraction, string path, EventMetadata metadata, IProgress<int>? progress, CancellationToken ct)
    {
        var request = extraction.Request!;
        if (extraction.Status is ExtractionStatus.Requested)
        {
            var obtained = await claim.RunAsync(id, request, metadata, progress, ct);
            extraction = (await ExecuteAsync(id, state => ExtractionDecider.Decide(new FinishClaim(obtained, clock.GetUtcNow()), state), metadata, ct)).State;
        }

        if (extraction.ReleaseReason is { } reason)
        {
            // Also what an earlier try left when it was stopped. Not cancelled: nobody would know of contacts that stay behind.
            await release.RunAsync(id, reason, metadata, ct: CancellationToken.None);
            throw CameToNothing(extraction);
        }

        // From here on a cancellation would leave claimed contacts without a file, for seconds saved.
        var file = await delivery.DeliverAsync(id, path, metadata, CancellationToken.None);
        return new(id, request.Amount, extraction.Obtained, file);
    }

    static RuleViolationException CameToNothing(Extraction extraction) => extraction switch
    {
        { Status: ExtractionStatus.Cancelled } => new("extraction_cancelled", "The extraction was cancelled and its contacts were given back: ask for a new one."),
        { Request.Exact: true } => new("too_few_obtained", $"{extraction.Failure} What was claimed was given back: ask for fewer, or leave out --exact."),
        _ => new("none_obtained", $"{extraction.Failure} Choose another selection."),
    };

    Task<Decided<Extraction>> ExecuteAsync(Guid id, Func<Extraction, ExtractionEvent[]> decide, EventMetadata metadata, CancellationToken ct) =>
        streams.ExecuteAsync(id, Extraction.None, ExtractionDecider.Evolve, decide, metadata, ct);
}
