namespace Padron.Domain;

/// <summary>A place that may have been meant, in the form in which it can be asked for.</summary>
/// <param name="Value">State code, place key or LADA.</param>
/// <param name="StateCode">State of a city or municipality, empty where the register does not know it; otherwise null.</param>
/// <param name="Available">Verified contacts it has.</param>
public sealed record PlaceSuggestion(string Value, string? StateCode, long Available);
