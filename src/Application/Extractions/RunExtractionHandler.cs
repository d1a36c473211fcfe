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
public sealed class RequestExtractionHandler(PostgresEventStore store, Availability.AvailabilityQueries availability, TimeProvider clock)
{
    /// <exception cref="RuleViolationException"><c>too_few_contacts</c>, <c>amount_out_of_range</c></exception>
    public async Task<RequestedExtraction> HandleAsync(
        Selection selection, int amount, ExtractionFormat format, long? seed, bool exact, string by, CancellationToken ct = default)
    {
        var id = Guid.CreateVersion7();
        var available = await availability.CountAsync(selection, ct);
        var request = new RequestExtraction(selection, amount, available, format, seed, by, clock.GetUtcNow(), exact);
        var events = ExtractionDecider.Decide(request, Extraction.None);

        // It commits with the request or not at all.
        var append = new StreamAppend(id, 0, events) { Messages = [RunExtraction.Message(id)] };
        var metadata = new EventMetadata(User: by, CorrelationId: id.ToString());
        var position = await store.TransactAsync(
            async (transaction, token) => await transaction.AppendAsync(append, metadata, token) is AppendResult.Appended appended ? appended.Position : (long?)null, ct)
            ?? (await store.ReadStreamAsync(id, ct: ct))[0].Position; // committed before, and only the answer was lost
        return new(id, position, available - amount);
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
