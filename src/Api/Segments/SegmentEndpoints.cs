using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Api.Http;
using Padron.Application;
using Padron.Application.Segments;
using Padron.Domain.Segments;
using Padron.Projections.Segments;

namespace Padron.Api.Segments;

/// <param name="Name">Small letters a to z, digits, hyphens and underscores.</param>
/// <param name="Filter">Who is in it: a contact meets every condition, and of several values of a condition one.</param>
sealed record SegmentRequest(string Name, SegmentFilter Filter);

/// <summary>What became of a segment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Changed">False when it was so before.</param>
/// <param name="Filter">Its filter from now on, with places as the register knows them; null when it is removed.</param>
/// <param name="Position">Of the event appended; null when nothing changed.</param>
sealed record SegmentAnswer(string Name, bool Changed, SegmentFilter? Filter, long? Position);

/// <summary><c>/v1/segments</c></summary>
static class SegmentEndpoints
{
    public static void MapSegments(this IEndpointRouteBuilder api)
    {
        var segments = api.MapGroup("/segments").WithTags("Segments");
        segments.MapGet("/", List).WaitsFor(SegmentsProjection.Definition).WithSummary("All segments, by name.");
        segments.MapPost("/", Define).WithSummary("Saves a filter under a name; the same again changes nothing.");
        segments.MapGet("/{name}", Get).WithSummary("A segment's filter.");
        segments.MapPut("/{name}", Change).WithSummary("Replaces a segment's filter. Extractions that were asked for before keep theirs.");
        segments.MapDelete("/{name}", Remove).WithSummary("Removes a segment; its contacts stay as they are. Safe to repeat.");
        segments.MapGet("/{name}/count", Count).WaitsForContacts().WithSummary("How many are in it, and how many of them can be extracted.");
        segments.MapGet("/{name}/contacts", Contacts).WaitsForContacts().WithSummary("Its contacts, in a random order that stays the same; the next page is ?cursor=.");
    }

    static async Task<Ok<IReadOnlyList<SegmentDocument>>> List(SegmentQueries query, CancellationToken ct) => TypedResults.Ok(await query.ListAsync(ct));

    static async Task<Results<Created<SegmentAnswer>, Ok<SegmentAnswer>>> Define(SegmentRequest request, SegmentHandler handler, HttpContext http, CancellationToken ct)
    {
        var name = SegmentName.Parse(request.Name);
        var answer = Answer(http, name, await handler.DefineAsync(name, Given(request.Filter), by: "api", ct));
        return answer.Changed ? TypedResults.Created($"/v1/segments/{name}", answer) : TypedResults.Ok(answer);
    }

    static async Task<Ok<SegmentRequest>> Get(string name, SegmentQueries query, CancellationToken ct)
    {
        var segment = SegmentName.Parse(name);
        return TypedResults.Ok(new SegmentRequest(segment.Text, await query.GetAsync(segment, ct)));
    }

    static async Task<Ok<SegmentAnswer>> Change(string name, SegmentFilter filter, SegmentHandler handler, HttpContext http, CancellationToken ct)
    {
        var segment = SegmentName.Parse(name);
        return TypedResults.Ok(Answer(http, segment, await handler.ChangeAsync(segment, filter, by: "api", ct)));
    }

    static async Task<Ok<SegmentAnswer>> Remove(string name, SegmentHandler handler, HttpContext http, CancellationToken ct)
    {
        var segment = SegmentName.Parse(name);
        return TypedResults.Ok(Answer(http, segment, await handler.RemoveAsync(segment, by: "api", ct)));
    }

    static async Task<Ok<SegmentCount>> Count(string name, SegmentQueries query, CancellationToken ct) => TypedResults.Ok(await query.CountAsync(SegmentName.Parse(name), ct));

    static async Task<Ok<SegmentPage>> Contacts(string name, SegmentQueries query, CancellationToken ct, Guid? cursor = null, int limit = 50) =>
        TypedResults.Ok(await query.PageAsync(SegmentName.Parse(name), limit, cursor, ct));

    static SegmentFilter Given(SegmentFilter? filter) => filter ?? throw new FormatException("A segment takes a name and a filter.");

    static SegmentAnswer Answer(HttpContext http, SegmentName name, Decided<Segment> decided)
    {
        http.Response.Tell(decided.Position);
        return new(name.Text, decided.Events.Count > 0, decided.State.Filter, decided.Position);
    }
}
