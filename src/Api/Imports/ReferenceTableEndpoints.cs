using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Application.Imports;
using Padron.Domain;

namespace Padron.Api.Imports;

/// <summary><c>/v1/reference-tables</c>: tables of sources beside contacts and ranking.</summary>
static class ReferenceTableEndpoints
{
    const int MostRows = 1_000;

    public static void MapReferenceTables(this IEndpointRouteBuilder api)
    {
        var tables = api.MapGroup("/reference-tables").WithTags("Imports");
        tables.MapGet("", List).WithSummary("Other tables of imported sources, of each name the newest.");
        tables.MapGet("/{name}", Rows).WithSummary("A table's rows, at most 1,000; the next page is ?after=N of the rows so far.");
    }

    static async Task<Ok<IReadOnlyList<ReferenceTable>>> List(ReferenceTables tables, CancellationToken ct) => TypedResults.Ok(await tables.ListAsync(ct));

    static async Task<Ok<JsonElement[]>> Rows(string name, ReferenceTables tables, CancellationToken ct, long after = 0, int limit = 100)
    {
        var table = await tables.FindAsync(name, ct) ?? throw new RuleViolationException("table_unknown", $"No import brought a table {name}.");
        return TypedResults.Ok(await tables.RowsAsync(table, after, Math.Clamp(limit, 1, MostRows), ct).ToArrayAsync(ct));
    }
}
