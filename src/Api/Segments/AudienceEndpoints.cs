using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Application.Segments;
using Padron.Domain;
using Padron.Domain.Segments;

namespace Padron.Api.Segments;

/// <param name="Segment">The segment's name.</param>
sealed record AudienceRequest(string Segment);

/// <summary><c>/v1/audiences</c></summary>
static class AudienceEndpoints
{
    public static void MapAudiences(this IEndpointRouteBuilder api)
    {
        var audiences = api.MapGroup("/audiences").WithTags("Segments");
        audiences.MapGet("/", List).WithSummary("Audiences, the newest first.");
        audiences.MapPost("/", Create).WithSummary("Keeps the verified contacts that a segment has now.");
        audiences.MapDelete("/{id:guid}", Remove).WithSummary("Removes an audience; its contacts stay as they are.");
    }

    static async Task<Ok<IReadOnlyList<Audience>>> List(Audiences audiences, CancellationToken ct) => TypedResults.Ok(await audiences.ListAsync(ct));

    static async Task<Created<Audience>> Create(AudienceRequest request, Audiences audiences, CancellationToken ct)
    {
        var audience = await audiences.MaterialiseAsync(SegmentName.Parse(request.Segment), by: "api", ct);
        return TypedResults.Created($"/v1/audiences/{audience.Id}", audience);
    }

    static async Task<NoContent> Remove(Guid id, Audiences audiences, CancellationToken ct) =>
        await audiences.RemoveAsync(id, ct) ? TypedResults.NoContent() : throw new RuleViolationException("audience_unknown", $"There is no audience {id}.");
}
