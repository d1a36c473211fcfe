using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Api.Http;
using Padron.Application.Availability;
using Padron.Domain.Extractions;

namespace Padron.Api.Availability;

/// <summary><c>/v1/availability</c></summary>
static class AvailabilityEndpoints
{
    public static void MapAvailability(this IEndpointRouteBuilder api)
    {
        var availability = api.MapGroup("/availability").WithTags("Availability");
        availability.MapGet("/", ByStatus).WaitsForContacts().WithSummary("Contacts in each status.");
        availability.MapGet("/premium", Premium).WaitsForContacts().WithSummary("The ten premium LADAs, best ranked first.");
        availability.MapGet("/states", (CachedAvailability query, CancellationToken ct, string? value = null) => ByPlace(SelectionKind.State, value, query, ct))
            .WaitsForContacts().WithSummary("Contacts by state, the best stocked first.");
        availability.MapGet("/cities", (CachedAvailability query, CancellationToken ct, string? value = null) => ByPlace(SelectionKind.City, value, query, ct))
            .WaitsForContacts().WithSummary("Contacts by city, the best stocked first.");
        availability.MapGet("/municipalities", (CachedAvailability query, CancellationToken ct, string? value = null) => ByPlace(SelectionKind.Municipality, value, query, ct))
            .WaitsForContacts().WithSummary("Contacts by municipality, the best stocked first.");
        availability.MapGet("/ladas", (CachedAvailability query, CancellationToken ct, string? value = null) => ByPlace(SelectionKind.Lada, value, query, ct))
            .WaitsForContacts().WithSummary("Contacts by LADA, the best stocked first.");
    }

    static async Task<Ok<IReadOnlyDictionary<string, long>>> ByStatus(CachedAvailability query, CancellationToken ct) =>
        TypedResults.Ok(await query.ByStatusAsync(ct));

    static async Task<Ok<IReadOnlyList<PremiumAvailability>>> Premium(CachedAvailability query, CancellationToken ct) =>
        TypedResults.Ok(await query.PremiumAsync(ct));

    static async Task<Ok<IReadOnlyList<PlaceAvailability>>> ByPlace(SelectionKind kind, string? value, CachedAvailability query, CancellationToken ct) =>
        TypedResults.Ok(await query.ByPlaceAsync(kind, value, ct));
}
