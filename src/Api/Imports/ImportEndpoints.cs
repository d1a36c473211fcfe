using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Api.Http;
using Padron.Application.Imports;
using Padron.Application.Imports.Watching;
using Padron.Domain;
using Padron.Projections.Imports;

namespace Padron.Api.Imports;

/// <summary><c>/v1/imports</c></summary>
static class ImportEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder api)
    {
        var imports = api.MapGroup("/imports").WithTags("Imports");
        imports.MapGet("/", List).WaitsFor(ImportsProjection.Definition).WithSummary("Imports, the newest first; the next page is ?before=ID of the last.");
        imports.MapGet("/{id:guid}", Get).WaitsFor(ImportsProjection.Definition).WithSummary("What became of an import's rows; until it ends, how far it is.");
        imports.MapGet("/{id:guid}/progress", Progress).WithSummary("Progress as server-sent events, until the import ends.");
    }

    static async Task<Ok<IReadOnlyList<ImportDocument>>> List(ImportQueries query, CancellationToken ct, Guid? before = null, int limit = 50) =>
        TypedResults.Ok(await query.ListAsync(Math.Clamp(limit, 1, 200), before, ct));

    static async Task<Ok<ImportDocument>> Get(Guid id, ImportQueries query, CancellationToken ct) =>
        TypedResults.Ok(await query.GetAsync(id, ct) ?? throw Unknown(id));

    static async Task<ServerSentEventsResult<ImportStanding>> Progress(Guid id, ImportBoard board, ProgressStream stream, CancellationToken ct) => stream.Of(
        await board.ReadAsync(id, ct) ?? throw Unknown(id),
        token => board.ReadAsync(id, token),
        standing => (standing, standing.IsEnded),
        ct);

    static RuleViolationException Unknown(Guid id) => new("import_unknown", $"There is no import {id}.");
}
