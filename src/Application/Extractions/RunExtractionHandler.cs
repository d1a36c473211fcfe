using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.EventStore;
using Padron.EventStore.Queue;

namespace Padron.Application.Extractions;

/// <summary>Claim an extraction's contacts and write its file.</summary>
public sealed record RunExtraction(Guid ExtractionId);

/// <summary>Where the files of extractions lie that nobody waits for: one an extraction, readable by the owner alone.</summary>
/// <param name="Directory">Made when the first file is written.</param>
public sealed record ExtractionSpool(string Directory)
{
    public string PathOf(Guid extractionId, ExtractionFormat format) =>
        Path.Combine(Directory, extractionId.ToString("N") + (format is ExtractionFormat.Xlsx ? ".xlsx" : ".txt"));

    /// <summary>The file that was delivered: the one asked for, or the zip a large text became. Null when there is none yet.</summary>
    public string? Find(Guid extractionId, ExtractionFormat format)
    {
        var path = PathOf(extractionId, format);
        return File.Exists(path) ? path : File.Exists(path + ".zip") ? path + ".zip" : null;
    }

    /// <summary>Removes what a try that was killed had finished but not recorded; the next one writes the same from the manifest.</summary>
    public void Clear(Guid extractionId, ExtractionFormat format)
    {
        if (!OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        else
            System.IO.Directory.CreateDirectory(Directory);
        var path = PathOf(extractionId, format);
        foreach (var left in (string[])[path, path + ".json", path + ".zip"])
            File.Delete(left);
    }
}

/// <summary>Asks for contacts and leaves the work to a worker.</summary>
public sealed class RequestExtractionHandler(PostgresEventStore store, Availability.AvailabilityQueries availability, TimeProvider clock)
{
    /// <returns>The extraction's id and the position of its request.</returns>
    /// <exception cref="RuleViolationException"><c>too_few_contacts</c>, <c>amount_out_of_range</c></exception>
    public async Task<(Guid Id, long Position)> HandleAsync(
        Selection selection, int amount, ExtractionFormat format, long? seed, bool exact, string by, CancellationToken ct = default)
    {
        var id = Guid.CreateVersion7();
        var request = new RequestExtraction(selection, amount, await availability.CountAsync(selection, ct), format, seed, by, clock.GetUtcNow(), exact);
        var events = ExtractionDecider.Decide(request, Extraction.None);

        // The message has the extraction's id: it commits with the request or not at all, and cannot be doubled.
        var append = new StreamAppend(id, 0, events) { Messages = [new QueueMessage(new RunExtraction(id)) { Id = id }] };
        var metadata = new EventMetadata(User: by, CorrelationId: id.ToString());
        var position = await store.TransactAsync(
            async (transaction, token) => await transaction.AppendAsync(append, metadata, token) is AppendResult.Appended appended ? appended.Position : (long?)null, ct)
            ?? (await store.ReadStreamAsync(id, ct: ct))[0].Position; // committed before, and only the answer was lost
        return (id, position);
    }
}

/// <summary>Runs an extraction to its end. Comes again after a crash: the claim goes on after the manifest, and the file is written from it.</summary>
public sealed class RunExtractionHandler(Streams streams, ExtractContactsHandler extract, ExtractionSpool spool)
{
    /// <summary>Claiming walks and locks; five at once are the customer's own limit (BOT_MAX_CONCURRENT_EXTRACTIONS).</summary>
    public static readonly MessagePolicy Policy = new() { MaxConcurrency = 5, Timeout = TimeSpan.FromMinutes(30) };

    public async Task HandleAsync(RunExtraction message, MessageContext context, CancellationToken ct)
    {
        var extraction = await streams.LoadAsync(message.ExtractionId, Extraction.None, ExtractionDecider.Evolve, ct);
        if (extraction is not { Request: { } request, Status: not ExtractionStatus.Delivered })
            return;
        spool.Clear(message.ExtractionId, request.Format);
        try
        {
            await extract.ResumeAsync(message.ExtractionId, spool.PathOf(message.ExtractionId, request.Format), request.RequestedBy, ct: ct);
        }
        catch (RuleViolationException end) when (end.Code is "none_obtained" or "too_few_obtained" or "extraction_cancelled")
        {
            // An end like any other: the extraction's own stream says so.
        }
    }
}
