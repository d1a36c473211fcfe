using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Application.Extractions;

/// <summary>Claim an extraction's contacts and write its file.</summary>
public sealed record RunExtraction(Guid ExtractionId)
{
    /// <summary>It has the extraction's id, so there is one at most on the queue.</summary>
    public static QueueMessage Message(Guid extractionId) => new(new RunExtraction(extractionId)) { Id = extractionId };
}

/// <summary>An extraction that a worker will run.</summary>
/// <param name="Id">The extraction.</param>
/// <param name="Position">Of its request.</param>
/// <param name="Left">Contacts that the selection has besides those asked for.</param>
public sealed record RequestedExtraction(Guid Id, long Position, long Left)
{
    public void Deconstruct(out Guid id, out long position) => (id, position) = (Id, Position);
}

/// <summary>Asks for contacts and leaves the work to a worker.</summary>
public sealed class RequestExtractionHandler(Streams streams, Availability.AvailabilityQueries availability, TimeProvider clock)
{
    /// <exception cref="RuleViolationException"><c>too_few_contacts</c>, <c>amount_out_of_range</c></exception>
    public async Task<RequestedExtraction> HandleAsync(
        Selection selection, int amount, ExtractionFormat format, long? seed, bool exact, string by, CancellationToken ct = default)
    {
        var id = Guid.CreateVersion7();
        var available = await availability.CountAsync(selection, ct);
        var request = new RequestExtraction(selection, amount, available, format, seed, by, clock.GetUtcNow(), exact);
        var metadata = new EventMetadata(User: by, CorrelationId: id.ToString());
        var requested = await streams.ExecuteAsync(id, Extraction.None, ExtractionDecider.Evolve, extraction => ExtractionDecider.Decide(request, extraction), metadata, [RunExtraction.Message(id)], ct);
        return new(id, requested.Position!.Value, available - amount);
    }
}

/// <summary>Runs an extraction to its end. Comes again after a crash: the claim goes on after the manifest, and the file is written from it.</summary>
public sealed class RunExtractionHandler(ExtractContactsHandler extract, ExtractionSpool spool)
{
    /// <summary>
    /// Claiming walks and locks; five at once are the customer's own limit (BOT_MAX_CONCURRENT_EXTRACTIONS). A claim for which the time does
    /// not suffice is gone on with by the next try, but a file is begun anew: the time must do for the largest.
    /// </summary>
    public static readonly MessagePolicy Policy = new() { MaxConcurrency = 5, Timeout = TimeSpan.FromHours(2) };

    public Task HandleAsync(RunExtraction message, MessageContext context, CancellationToken ct) => extract.RunAsync(message.ExtractionId, spool, ct);
}
