using Padron.Application.Availability;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.MartenExtensions;

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
public sealed record ExtractionResult(Guid ExtractionId, int Requested, int Obtained, WrittenFile File)
{
    /// <summary>Says that the selection runs low; null where it does not, or where an earlier request is only ended.</summary>
    public LowAvailabilityWarning? Warning { get; init; }
}

/// <summary>An extraction from request to file: requested, claimed, delivered.</summary>
public sealed class ExtractContactsHandler(
    Streams streams, AvailabilityQueries availability, Claim claim, Release release, ExtractionDelivery delivery, ProgressBoard board, LowAvailability low,
    TimeProvider clock)
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

        var result = await DeliverAsync(id, requested.State, command.Path, metadata, progress, ct);
        return result with { Warning = low.Warning(command.Selection, available - result.Obtained) };
    }

    /// <summary>Ends an extraction that was cancelled or killed on its way: claims what is missing, and delivers.</summary>
    /// <exception cref="RuleViolationException">
    /// <c>extraction_unknown</c>; and of one that came to nothing <c>none_obtained</c>, <c>too_few_obtained</c>, <c>extraction_cancelled</c>
    /// </exception>
    public async Task<ExtractionResult> ResumeAsync(Guid id, string path, string by, IProgress<int>? progress = null, CancellationToken ct = default)
    {
        var extraction = await LoadAsync(id, ct);
        if (extraction.Request is not { } request)
            throw new RuleViolationException("extraction_unknown", $"There is no extraction {id}.");
        delivery.RequireFree(path, request.Format);
        return await DeliverAsync(id, extraction, path, new EventMetadata(User: by, CorrelationId: id.ToString()), progress, ct);
    }

    /// <summary>Ends an extraction as a worker does, from wherever an earlier try left it: its file is in the spool, or its contacts are given back.</summary>
    /// <param name="id">The extraction. One that is delivered, or that does not exist, is left alone.</param>
    /// <param name="spool">Where the file goes; what a killed try left there is replaced.</param>
    /// <param name="ct">Stops it anywhere: the message comes again, and goes on.</param>
    public async Task RunAsync(Guid id, ExtractionSpool spool, CancellationToken ct)
    {
        var extraction = await LoadAsync(id, ct);
        if (extraction is not { Request: { } request, Status: not ExtractionStatus.Delivered })
            return;
        var metadata = new EventMetadata(User: request.RequestedBy, CorrelationId: id.ToString());
        var teller = board.For(id, request.Amount);
        await TellingTroubleAsync(teller, async () =>
        {
            extraction = await ClaimAsync(id, extraction, metadata, teller, progress: null, ct);
            if (extraction.ReleaseReason is not null)
                await ReleaseAsync(id, extraction, metadata, teller, ct);
            else
                await delivery.SpoolAsync(id, spool, metadata, teller, ct);
        });
    }

    async Task<ExtractionResult> DeliverAsync(
        Guid id, Extraction extraction, string path, EventMetadata metadata, IProgress<int>? progress, CancellationToken ct)
    {
        var request = extraction.Request!;
        var teller = board.For(id, request.Amount);
        WrittenFile? file = null;
        await TellingTroubleAsync(teller, async () =>
        {
            extraction = await ClaimAsync(id, extraction, metadata, teller, progress, ct);
            if (extraction.ReleaseReason is not null)
                // Also what an earlier try left when it was stopped. Not cancelled: nobody would know of contacts that stay behind.
                await ReleaseAsync(id, extraction, metadata, teller, CancellationToken.None);
            else
                file = await delivery.DeliverAsync(id, path, metadata, teller, ct);
        });
        return new(id, request.Amount, extraction.Obtained, file ?? throw CameToNothing(extraction));
    }

    /// <returns>The extraction as its delivery begins, or as one that came to nothing.</returns>
    async Task<Extraction> ClaimAsync(
        Guid id, Extraction extraction, EventMetadata metadata, ProgressTeller teller, IProgress<int>? progress, CancellationToken ct)
    {
        if (extraction.Status is ExtractionStatus.Requested)
        {
            await teller.TellAsync(ExtractionStage.Claiming, await claim.CountAsync(id, ct));
            await claim.RunAsync(id, extraction.Request!, metadata, ToldAsync, ct);
            await claim.FinishAsync(id, extraction.Request!, metadata, ct);
            extraction = await LoadAsync(id, ct);
        }

        // Cancelled between claim and delivery, it came to nothing like one that was cancelled before.
        return extraction.Status is not ExtractionStatus.Claimed ? extraction
            : (await ExecuteAsync(
                id, state => state.ReleaseReason is null ? ExtractionDecider.Decide(new StartDelivery(clock.GetUtcNow()), state) : [], metadata, ct)).State;

        Task ToldAsync(int claimed)
        {
            progress?.Report(claimed);
            return teller.ClaimedAsync(claimed);
        }
    }

    async Task ReleaseAsync(Guid id, Extraction extraction, EventMetadata metadata, ProgressTeller teller, CancellationToken ct)
    {
        await teller.TellAsync(ExtractionStage.Releasing);
        var released = await release.RunAsync(id, extraction.ReleaseReason!.Value, metadata, ct: ct);
        await teller.TellAsync(extraction.Status is ExtractionStatus.Cancelled ? ExtractionStage.Cancelled : ExtractionStage.Failed, released);
    }

    // Said where the one who waits looks: an extraction that nothing is heard of any more looks like one that is slow.
    static async Task TellingTroubleAsync(ProgressTeller teller, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Other texts are for the log, or may hold what does not belong in a row that everybody reads.
            await teller.FailedAsync(error is IOException or UnauthorizedAccessException or RuleViolationException ? error.Message : error.GetType().Name);
            throw;
        }
    }

    static RuleViolationException CameToNothing(Extraction extraction) => extraction switch
    {
        { Status: ExtractionStatus.Cancelled } => new("extraction_cancelled", "The extraction was cancelled and its contacts were given back: ask for a new one."),
        { Request.Exact: true } => new("too_few_obtained", $"{extraction.Failure} What was claimed was given back: ask for fewer, or leave out --exact."),
        _ => new("none_obtained", $"{extraction.Failure} Choose another selection."),
    };

    Task<Extraction> LoadAsync(Guid id, CancellationToken ct) => streams.LoadAsync(id, Extraction.None, ExtractionDecider.Evolve, ct);

    Task<Decided<Extraction>> ExecuteAsync(Guid id, Func<Extraction, ExtractionEvent[]> decide, EventMetadata metadata, CancellationToken ct) =>
        streams.ExecuteAsync(id, Extraction.None, ExtractionDecider.Evolve, decide, metadata, ct);
}
