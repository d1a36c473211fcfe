using System.Text.Json.Serialization.Metadata;

namespace Padron.Application.Caching;

/// <summary>A question whose answer is kept.</summary>
/// <param name="Key">The question, in words.</param>
/// <param name="TimeToLive">How long an answer is kept at most; it is served for no longer than its version stands, however long that is.</param>
/// <param name="Json">How the answer is written where processes share it.</param>
public sealed record CachedAnswer<T>(string Key, TimeSpan TimeToLive, JsonTypeInfo<VersionedAnswer<T>> Json)
    where T : class;

/// <summary>An answer, and the state of the read models that it was computed from or is newer than.</summary>
/// <param name="Version">Of what it was computed from: two that are equal are of the same rows.</param>
/// <param name="Value">The answer.</param>
public sealed record VersionedAnswer<T>(string Version, T Value)
    where T : class;
