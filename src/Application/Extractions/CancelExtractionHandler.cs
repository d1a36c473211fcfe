using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.MartenExtensions;

namespace Padron.Application.Extractions;

/// <summary>What cancelling came to.</summary>
/// <param name="ExtractionId">The extraction.</param>
/// <param name="Changed">False when it had been cancelled, or had failed, before.</param>
/// <param name="Status">Cancelled or failed.</param>
/// <param name="Released">Contacts it gave back, now or before.</param>
public sealed record CancelledExtraction(Guid ExtractionId, bool Changed, ExtractionStatus Status, int Released);

/// <summary>Calls an extraction off and gives its contacts back. Stopped or killed in between, a worker does the rest.</summary>
/// <remarks>First the fact, then the contacts: from the fact on nobody claims for it any more, so none is claimed behind the release.</remarks>
public sealed class CancelExtractionHandler(EventSessions sessions, Streams streams, Release release, ProgressBoard board, TimeProvider clock)
{
    /// <summary>Gives the contacts back before it returns.</summary>
    /// <exception cref="RuleViolationException"><c>extraction_unknown</c>, <c>delivery_started</c></exception>
    public async Task<CancelledExtraction> HandleAsync(Guid id, string by, IProgress<ReleaseProgress>? progress = null, CancellationToken ct = default)
    {
        var decided = await RequestAsync(id, by, ct);
        var released = await release.RunAsync(id, decided.State.ReleaseReason!.Value, Metadata(id, by), progress, ct);
        await board.For(id, decided.State.Request!.Amount).TellAsync(
            decided.State.Status is ExtractionStatus.Cancelled ? ExtractionStage.Cancelled : ExtractionStage.Failed, released);
        return new(id, decided.Events.Count > 0, decided.State.Status, released);
    }

    /// <summary>Leaves giving the contacts back to a worker, whose message commits with the fact.</summary>
    /// <exception cref="RuleViolationException"><c>extraction_unknown</c>, <c>delivery_started</c></exception>
    public Task<Decided<Extraction>> RequestAsync(Guid id, string by, CancellationToken ct = default)
    {
        var command = new CancelExtraction(by, clock.GetUtcNow());
        return sessions.TransactAsync(
            Metadata(id, by),
            async (session, token) =>
            {
                await ManifestLock.TakeAsync(session.Connection, id, token);
                return await streams.ExecuteAsync(
                    id, Extraction.None, ExtractionDecider.Evolve, extraction => ExtractionDecider.Decide(command, extraction), Metadata(id, by),
                    [RunExtraction.Message(id)], token);
            },
            ct);
    }

    static EventMetadata Metadata(Guid id, string by) => new(User: by, CorrelationId: id.ToString());
}
