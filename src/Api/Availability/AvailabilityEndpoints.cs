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
        availability.MapGet("/states", (AvailabilityQueries query, PlaceNames names, LowAvailability low, CancellationToken ct, string? value = null) => ByPlace(SelectionKind.State, value, query, names, low, ct))
            .WaitsForContacts().WithSummary("Contacts by state, the best stocked first.");
        availability.MapGet("/cities", (AvailabilityQueries query, PlaceNames names, LowAvailability low, CancellationToken ct, string? value = null) => ByPlace(SelectionKind.City, value, query, names, low, ct))
            .WaitsForContacts().WithSummary("Contacts by city, the best stocked first.");
        availability.MapGet("/municipalities", (AvailabilityQueries query, PlaceNames names, LowAvailability low, CancellationToken ct, string? value = null) => ByPlace(SelectionKind.Municipality, value, query, names, low, ct))
            .WaitsForContacts().WithSummary("Contacts by municipality, the best stocked first.");
        availability.MapGet("/ladas", (AvailabilityQueries query, PlaceNames names, LowAvailability low, CancellationToken ct, string? value = null) => ByPlace(SelectionKind.Lada, value, query, names, low, ct))
            .WaitsForContacts().WithSummary("Contacts by LADA, the best stocked first.");
    }

    static async Task<Ok<IReadOnlyDictionary<string, long>>> ByStatus(AvailabilityQueries query, CancellationToken ct) =>
        TypedResults.Ok(await query.ByStatusAsync(ct));

    static async Task<Ok<IReadOnlyList<PremiumAvailability>>> Premium(AvailabilityQueries query, LowAvailability low, CancellationToken ct) =>
        TypedResults.Ok(low.Mark(await query.PremiumAsync(ct)));

    static async Task<Ok<IReadOnlyList<PlaceAvailability>>> ByPlace(
        SelectionKind kind, string? value, AvailabilityQueries query, PlaceNames names, LowAvailability low, CancellationToken ct)
    {
        var named = string.IsNullOrWhiteSpace(value) ? null : await names.NearestAsync(kind, value, ct);
        return TypedResults.Ok(low.Mark(kind, named, await query.ByPlaceAsync(kind, named?.Value, ct)));
    }
}
