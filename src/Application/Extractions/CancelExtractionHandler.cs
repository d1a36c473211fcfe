using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.EventStore;

namespace Padron.Application.Extractions;

/// <summary>What cancelling came to.</summary>
/// <param name="ExtractionId">The extraction.</param>
/// <param name="Changed">False when it had been cancelled, or had failed, before.</param>
/// <param name="Status">Cancelled or failed.</param>
/// <param name="Released">Contacts it gave back, now or before.</param>
public sealed record CancelledExtraction(Guid ExtractionId, bool Changed, ExtractionStatus Status, int Released);

/// <summary>Calls an extraction off and gives its contacts back. Stopped or killed in between, the same command does the rest.</summary>
public sealed class CancelExtractionHandler(Streams streams, Release release, ProgressBoard board, TimeProvider clock)
{
    /// <exception cref="RuleViolationException"><c>extraction_unknown</c>, <c>delivery_started</c></exception>
    public async Task<CancelledExtraction> HandleAsync(Guid id, string by, IProgress<ReleaseProgress>? progress = null, CancellationToken ct = default)
    {
        var command = new CancelExtraction(by, clock.GetUtcNow());
        var metadata = new EventMetadata(User: by, CorrelationId: id.ToString());
        // The message is for a worker to find should this process be killed: it gives back what is left.
        var decided = await streams.ExecuteAsync(
            id, Extraction.None, ExtractionDecider.Evolve, extraction => ExtractionDecider.Decide(command, extraction), metadata, [RunExtraction.Message(id)], ct);

        // First the fact, then the contacts: from the fact on nobody claims for it any more, so none is claimed behind the release.
        var released = await release.RunAsync(id, decided.State.ReleaseReason!.Value, metadata, progress, ct);
        await board.For(id, decided.State.Request!.Amount).TellAsync(
            decided.State.Status is ExtractionStatus.Cancelled ? ExtractionStage.Cancelled : ExtractionStage.Failed, released);
        return new(id, decided.Events.Count > 0, decided.State.Status, released);
    }
}
