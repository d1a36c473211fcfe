using System.Text.Json.Serialization;
using Padron.Application.Caching;
using Padron.Domain.Extractions;

namespace Padron.Application.Availability;

/// <summary>
/// <see cref="AvailabilityQueries"/> for those who look on, often and many at once. An answer is the one that the query itself would give: it is computed
/// again as soon as the projection moves. Of the past nothing is kept, and what decides about an extraction asks the queries.
/// </summary>
public sealed class CachedAvailability(AvailabilityQueries queries, AvailabilityVersion version, AnswerCache cache, CacheTimes times)
{
    // Longer than any place's name; who asks for more is answered, and nothing is kept.
    const int LongestName = 100;

    /// <inheritdoc cref="AvailabilityQueries.ByStatusAsync"/>
    public Task<IReadOnlyDictionary<string, long>> ByStatusAsync(long? asOf = null, CancellationToken ct = default) =>
        asOf is not null
            ? queries.ByStatusAsync(asOf, ct)
            : cache.GetAsync(new("availability", times.Availability, AvailabilityJson.Default.ByStatus), version.OfCountsAsync, token => queries.ByStatusAsync(ct: token), ct);

    /// <inheritdoc cref="AvailabilityQueries.ByPlaceAsync"/>
    public Task<IReadOnlyList<PlaceAvailability>> ByPlaceAsync(SelectionKind kind, string? value = null, long? asOf = null, CancellationToken ct = default)
    {
        if (asOf is not null || value?.Length > LongestName)
            return queries.ByPlaceAsync(kind, value, asOf, ct);
        var (key, time) = value is null ? ($"places {kind}", times.Places) : ($"availability {kind} {value}", times.Availability);
        return cache.GetAsync(new(key, time, AvailabilityJson.Default.ByPlace), version.OfCountsAsync, token => queries.ByPlaceAsync(kind, value, ct: token), ct);
    }

    /// <inheritdoc cref="AvailabilityQueries.PremiumAsync"/>
    public Task<IReadOnlyList<PremiumAvailability>> PremiumAsync(long? asOf = null, CancellationToken ct = default) =>
        asOf is not null
            ? queries.PremiumAsync(asOf, ct)
            : cache.GetAsync(new("premium LADAs", times.PremiumLadas, AvailabilityJson.Default.Premium), version.OfPremiumAsync, token => queries.PremiumAsync(ct: token), ct);
}

// Strict, so that what another version of the program wrote is no answer rather than half of one.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(VersionedAnswer<IReadOnlyDictionary<string, long>>), TypeInfoPropertyName = "ByStatus")]
[JsonSerializable(typeof(VersionedAnswer<IReadOnlyList<PlaceAvailability>>), TypeInfoPropertyName = "ByPlace")]
[JsonSerializable(typeof(VersionedAnswer<IReadOnlyList<PremiumAvailability>>), TypeInfoPropertyName = "Premium")]
sealed partial class AvailabilityJson : JsonSerializerContext;
