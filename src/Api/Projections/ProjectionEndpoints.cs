using Microsoft.AspNetCore.Http.HttpResults;
using Padron.MartenExtensions.Daemon;

namespace Padron.Api.Projections;

/// <summary><c>/v1/projections</c></summary>
static class ProjectionEndpoints
{
    public static void MapProjections(this IEndpointRouteBuilder api) =>
        api.MapGroup("/projections").WithTags("Projections").MapGet("/", Status).WithSummary("How far each projection is.");

    static async Task<Ok<IReadOnlyList<ProjectionStatus>>> Status(ProjectionStatuses statuses, CancellationToken ct) =>
        TypedResults.Ok(await statuses.ReadAsync(ct));
}
