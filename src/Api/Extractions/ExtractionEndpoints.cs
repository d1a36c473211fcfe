using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Api.Http;
using Padron.Application;
using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Projections.Extractions;

namespace Padron.Api.Extractions;

/// <param name="Kind">premium, state, city, municipality, lada or segment.</param>
/// <param name="Amount">How many contacts.</param>
/// <param name="Format">xlsx or txt.</param>
/// <param name="Value">The place, by name or code, or the segment; none for premium.</param>
/// <param name="State">Where the city or municipality is, when it stands in several states.</param>
/// <param name="Seed">The same seed over the same register chooses the same contacts.</param>
/// <param name="Exact">All or nothing.</param>
sealed record ExtractionRequest(
    SelectionKind Kind, int Amount, ExtractionFormat Format, string? Value = null, string? State = null, long? Seed = null, bool Exact = false);

/// <param name="Id">The extraction.</param>
/// <param name="Position">Of its request.</param>
/// <param name="Warning">Says that it leaves few contacts; null where it leaves enough.</param>
sealed record ExtractionAccepted(Guid Id, long Position, LowAvailabilityWarning? Warning = null);

/// <summary>The extraction is called off; a worker gives back what it had claimed.</summary>
/// <param name="Id">The extraction.</param>
/// <param name="Changed">False when it had been cancelled, or had failed, before.</param>
/// <param name="Status">Cancelled or failed.</param>
/// <param name="Position">Of the event appended; null when nothing changed.</param>
sealed record CancellationAccepted(Guid Id, bool Changed, ExtractionStatus Status, long? Position);

/// <summary><c>/v1/extractions</c></summary>
static class ExtractionEndpoints
{
    public static void MapExtractions(this IEndpointRouteBuilder api)
    {
        var extractions = api.MapGroup("/extractions").WithTags("Extractions");
        extractions.MapGet("/", List).WaitsFor(ExtractionsProjection.Definition).WithSummary("Extractions, the newest first; the next page is ?before=ID of the last.");
        extractions.MapGet("/{id:guid}", Get).WaitsFor(ExtractionsProjection.Definition).WithSummary("An extraction and its file; while it runs, how far it is.");
        extractions.MapGet("/{id:guid}/progress", Progress).WithSummary("Progress as server-sent events, until the extraction ends.");
        extractions.MapPost("/", Create).WithSummary("Asks for contacts; a worker claims them and writes the file.");
        extractions.MapGet("/{id:guid}/file", GetFile).WithSummary("The file of a delivered extraction; ranges are served.");
        extractions.MapPost("/{id:guid}/cancel", Cancel).WithSummary("Calls an extraction off as long as its delivery has not started; a worker gives its contacts back.");
    }

    static async Task<Ok<IReadOnlyList<ExtractionDocument>>> List(ExtractionQueries query, CancellationToken ct, Guid? before = null, int limit = 50) =>
        TypedResults.Ok(await query.ListAsync(Math.Clamp(limit, 1, 200), before, ct));

    static async Task<Ok<ExtractionDocument>> Get(Guid id, ExtractionQueries query, CancellationToken ct) =>
        TypedResults.Ok(await query.GetAsync(id, ct) ?? throw Unknown(id));

    static async Task<ServerSentEventsResult<ExtractionProgress>> Progress(Guid id, ProgressBoard board, ProgressStream stream, CancellationToken ct) => stream.Of(
        await board.ReadAsync(id, ct) ?? throw Unknown(id),
        token => board.ReadAsync(id, token),
        progress => (progress, progress.IsEnded),
        ct);

    static async Task<Accepted<ExtractionAccepted>> Create(
        ExtractionRequest request, SelectionResolver resolver, RequestExtractionHandler handler, LowAvailability low, HttpContext http, CancellationToken ct)
    {
        if (request.Kind is not SelectionKind.Premium && string.IsNullOrWhiteSpace(request.Value))
            throw new FormatException($"A selection by {request.Kind} takes a value: its name or code.");
        var selection = await resolver.ResolveAsync(request.Kind, request.Value, request.State, ct);
        var requested = await handler.HandleAsync(selection, request.Amount, request.Format, request.Seed, request.Exact, by: "api", ct);
        http.Response.Tell(requested.Position);
        return TypedResults.Accepted(
            $"/v1/extractions/{requested.Id}", new ExtractionAccepted(requested.Id, requested.Position, low.Warning(selection, requested.Left)));
    }

    static async Task<PhysicalFileHttpResult> GetFile(Guid id, Streams streams, ExtractionSpool spool, TimeProvider clock, CancellationToken ct)
    {
        var extraction = await streams.LoadAsync(id, Extraction.None, ExtractionDecider.Evolve, ct);
        var request = extraction.Request ?? throw Unknown(id);
        if (extraction.Status is not ExtractionStatus.Delivered)
            throw new RuleViolationException("extraction_not_delivered", $"The extraction is {extraction.Status}: ask again when it is delivered.");
        if (spool.ExpiredAt(extraction.DeliveredAt, clock.GetUtcNow()) is { } since)
            throw new RuleViolationException("file_expired", $"The file was kept until {since:yyyy-MM-dd HH:mm:ss'Z'}: `padron extractions resume {id} --out FILE` writes it again.");
        var path = spool.Find(id, request.Format) ?? throw new RuleViolationException("file_unknown", "The file is not here: it was written elsewhere, or removed.");
        return TypedResults.PhysicalFile(path, contentType: null, Path.GetFileName(path), enableRangeProcessing: true);
    }

    static async Task<Accepted<CancellationAccepted>> Cancel(Guid id, CancelExtractionHandler handler, HttpContext http, CancellationToken ct)
    {
        var decided = await handler.RequestAsync(id, by: "api", ct);
        http.Response.Tell(decided.Position);
        return TypedResults.Accepted($"/v1/extractions/{id}", new CancellationAccepted(id, decided.Events.Count > 0, decided.State.Status, decided.Position));
    }

    static RuleViolationException Unknown(Guid id) => new("extraction_unknown", $"There is no extraction {id}.");
}
