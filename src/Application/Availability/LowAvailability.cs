using Padron.Domain.Extractions;

namespace Padron.Application.Availability;

/// <summary>From how many contacts downward a selection is said to run low; 0 never.</summary>
public sealed record LowAvailabilityThresholds(int Premium = 10_000, int State = 10_000, int City = 1_000, int Municipality = 1_000, int Lada = 1_000, int Segment = 1_000)
{
    public int Of(SelectionKind kind) => kind switch
    {
        SelectionKind.Premium => Premium,
        SelectionKind.State => State,
        SelectionKind.City => City,
        SelectionKind.Municipality => Municipality,
        SelectionKind.Lada => Lada,
        _ => Segment,
    };
}

/// <summary>A selection runs low.</summary>
/// <param name="Left">Contacts it has left.</param>
/// <param name="Threshold">From here downward it is said.</param>
/// <param name="Message">The same in a sentence.</param>
public sealed record LowAvailabilityWarning(long Left, int Threshold, string Message)
{
    /// <summary>Stable; clients decide by it.</summary>
    public string Code { get; } = "low_availability";
}

/// <summary>Says where contacts run low, before a request is refused for it.</summary>
public sealed class LowAvailability(LowAvailabilityThresholds thresholds)
{
    /// <param name="selection">Of which an extraction took some, or is to.</param>
    /// <param name="left">What it leaves.</param>
    /// <returns>Null where enough are left.</returns>
    public LowAvailabilityWarning? Warning(Selection selection, long left) => Warning(selection.Kind, selection.ToString(), left);

    /// <param name="kind">The threshold's.</param>
    /// <param name="what">What has so few, in words.</param>
    /// <param name="left">How many.</param>
    /// <returns>Null where enough are left.</returns>
    public LowAvailabilityWarning? Warning(SelectionKind kind, string what, long left) => !IsLow(kind, left) ? null
        : new(left, thresholds.Of(kind), left == 0 ? $"No contact is left of {what}." : $"Only {left:N0} contacts are left of {what}, fewer than {thresholds.Of(kind):N0}.");

    /// <summary>Marks those that run low, and says what they were taken for.</summary>
    /// <param name="kind">Kind of place.</param>
    /// <param name="named">What was asked for; null: for all.</param>
    /// <param name="places">The answer.</param>
    public IReadOnlyList<PlaceAvailability> Mark(SelectionKind kind, NamedPlace? named, IReadOnlyList<PlaceAvailability> places) =>
        [.. places.Select(place => place with { Low = IsLow(kind, place.Available) ? true : null, TakenFor = named?.TakenFor })];

    /// <summary>Marks those that run low as a LADA; whether premium does altogether is for <see cref="Warning(SelectionKind, string, long)"/>.</summary>
    public IReadOnlyList<PremiumAvailability> Mark(IReadOnlyList<PremiumAvailability> ladas) =>
        [.. ladas.Select(lada => IsLow(SelectionKind.Lada, lada.Available) ? lada with { Low = true } : lada)];

    bool IsLow(SelectionKind kind, long left) => left < thresholds.Of(kind);
}
