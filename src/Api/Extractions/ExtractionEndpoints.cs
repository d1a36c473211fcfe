using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Api.Http;
using Padron.Application.Extractions;
using Padron.Domain;
using Padron.Projections.Extractions;

namespace Padron.Api.Extractions;

/// <summary><c>/v1/extractions</c></summary>
static class ExtractionEndpoints
{
    public static void MapExtractions(this IEndpointRouteBuilder api)
    {
        var extractions = api.MapGroup("/extractions").WithTags("Extractions");
        extractions.MapGet("/", List).WaitsFor(ExtractionsProjection.Definition).WithSummary("Extractions, the newest first; the next page is ?before=ID of the last.");
        extractions.MapGet("/{id:guid}", Get).WaitsFor(ExtractionsProjection.Definition).WithSummary("An extraction and its file.");
        extractions.MapPost("/{id:guid}/cancel", Cancel).WithSummary("Calls an extraction off and gives its contacts back, as long as its delivery has not started.");
    }

    static async Task<Ok<IReadOnlyList<ExtractionDocument>>> List(ExtractionQueries query, CancellationToken ct, Guid? before = null, int limit = 50) =>
        TypedResults.Ok(await query.ListAsync(Math.Clamp(limit, 1, 200), before, ct));

    static async Task<Ok<ExtractionDocument>> Get(Guid id, ExtractionQueries query, CancellationToken ct) =>
        TypedResults.Ok(await query.GetAsync(id, ct) ?? throw new RuleViolationException("extraction_unknown", $"There is no extraction {id}."));

    static async Task<Ok<CancelledExtraction>> Cancel(Guid id, CancelExtractionHandler handler, CancellationToken ct) =>
        TypedResults.Ok(await handler.HandleAsync(id, by: "api", ct: ct));
}
