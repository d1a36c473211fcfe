using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Api.Http;
using Padron.Application.Availability;
using Padron.Domain.Extractions;

namespace Padron.Api.Availability;

/// <summary><c>/v1/availability</c>; with <c>?asOf=</c> a position or a day, as it was then.</summary>
static class AvailabilityEndpoints
{
    public static void MapAvailability(this IEndpointRouteBuilder api)
    {
        var availability = api.MapGroup("/availability").WithTags("Availability");
        availability.MapGet("/", ByStatus).WaitsForContacts().WithSummary("Contacts in each status.");
        availability.MapGet("/premium", Premium).WaitsForContacts().WithSummary("The ten premium LADAs, best ranked first.");
        availability.MapGet("/states", (HttpContext http, CachedAvailability query, PlaceNames names, LowAvailability low, CancellationToken ct, string? value = null, string? asOf = null) => ByPlace(SelectionKind.State, value, asOf, http, query, names, low, ct))
            .WaitsForContacts().WithSummary("Contacts by state, the best stocked first.");
        availability.MapGet("/cities", (HttpContext http, CachedAvailability query, PlaceNames names, LowAvailability low, CancellationToken ct, string? value = null, string? asOf = null) => ByPlace(SelectionKind.City, value, asOf, http, query, names, low, ct))
            .WaitsForContacts().WithSummary("Contacts by city, the best stocked first.");
        availability.MapGet("/municipalities", (HttpContext http, CachedAvailability query, PlaceNames names, LowAvailability low, CancellationToken ct, string? value = null, string? asOf = null) => ByPlace(SelectionKind.Municipality, value, asOf, http, query, names, low, ct))
            .WaitsForContacts().WithSummary("Contacts by municipality, the best stocked first.");
        availability.MapGet("/ladas", (HttpContext http, CachedAvailability query, PlaceNames names, LowAvailability low, CancellationToken ct, string? value = null, string? asOf = null) => ByPlace(SelectionKind.Lada, value, asOf, http, query, names, low, ct))
            .WaitsForContacts().WithSummary("Contacts by LADA, the best stocked first.");
    }

    static async Task<Ok<IReadOnlyDictionary<string, long>>> ByStatus(HttpContext http, CachedAvailability query, CancellationToken ct, string? asOf = null) =>
        TypedResults.Ok(await query.ByStatusAsync(await Positions.AsOfAsync(http, asOf, ct), ct));

    static async Task<Ok<IReadOnlyList<PremiumAvailability>>> Premium(
        HttpContext http, CachedAvailability query, LowAvailability low, CancellationToken ct, string? asOf = null) =>
        TypedResults.Ok(low.Mark(await query.PremiumAsync(await Positions.AsOfAsync(http, asOf, ct), ct)));

    static async Task<Ok<IReadOnlyList<PlaceAvailability>>> ByPlace(
        SelectionKind kind, string? value, string? asOf, HttpContext http, CachedAvailability query, PlaceNames names, LowAvailability low, CancellationToken ct)
    {
        var named = string.IsNullOrWhiteSpace(value) ? null : await names.NearestAsync(kind, value, ct);
        return TypedResults.Ok(low.Mark(kind, named, await query.ByPlaceAsync(kind, named?.Value, await Positions.AsOfAsync(http, asOf, ct), ct)));
    }
}
