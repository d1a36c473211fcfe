using Microsoft.AspNetCore.Http.HttpResults;
using Padron.Api.Http;
using Padron.Application.Search;
using Padron.Domain;
using Padron.Projections.Search;

namespace Padron.Api.Search;

/// <summary><c>GET /v1/contacts</c></summary>
static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder api) => api.MapGet("/contacts", Search).WithTags("Contacts")
        .WaitsForContacts().WaitsFor(VocabularyProjection.Definition)
        .WithSummary("Finds contacts by ?text= words of name and address, by ?phone= the beginning of the number, or by ?phoneEnding= its last digits. The next page is ?cursor=.");

    static async Task<Ok<ContactPage>> Search(
        ContactSearch search, CancellationToken ct, string? text = null, string? phone = null, string? phoneEnding = null, Guid? cursor = null, int limit = 50) =>
        TypedResults.Ok(await ((text, phone, phoneEnding) switch
        {
            ({ }, null, null) => search.ByTextAsync(text, limit, cursor, ct),
            (null, { }, null) => search.ByPhoneAsync(phone, limit, cursor, ct),
            (null, null, { }) => search.ByPhoneEndingAsync(phoneEnding, limit, cursor, ct),
            _ => throw new RuleViolationException("search_ambiguous", "Say what to look for by one of text, phone and phoneEnding."),
        }));
}
