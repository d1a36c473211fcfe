using Padron.Application.Availability;

namespace Padron.Api.Configuration;

/// <summary>When a selection is said to run low: in counts of what is available, and by an extraction that leaves so few. Nothing is refused for it.</summary>
sealed record AvailabilityOptions
{
    /// <summary>Contacts of the premium LADAs together, below which they run low. 0: never.</summary>
    /// <value>Contacts from 0 to 100000000; default 10000.</value>
    [Setting("LOW_PREMIUM", Unit = "contacts", Min = 0, Max = 100_000_000)]
    public int Premium { get; init; } = 10_000;

    /// <summary>The same of a state.</summary>
    /// <value>Contacts from 0 to 100000000; default 10000.</value>
    [Setting("LOW_STATE", Unit = "contacts", Min = 0, Max = 100_000_000)]
    public int State { get; init; } = 10_000;

    /// <summary>The same of a city.</summary>
    /// <value>Contacts from 0 to 100000000; default 1000.</value>
    [Setting("LOW_CITY", Unit = "contacts", Min = 0, Max = 100_000_000)]
    public int City { get; init; } = 1_000;

    /// <summary>The same of a municipality.</summary>
    /// <value>Contacts from 0 to 100000000; default 1000.</value>
    [Setting("LOW_MUNICIPALITY", Unit = "contacts", Min = 0, Max = 100_000_000)]
    public int Municipality { get; init; } = 1_000;

    /// <summary>The same of a LADA.</summary>
    /// <value>Contacts from 0 to 100000000; default 1000.</value>
    [Setting("LOW_LADA", Unit = "contacts", Min = 0, Max = 100_000_000)]
    public int Lada { get; init; } = 1_000;

    /// <summary>The same of a segment.</summary>
    /// <value>Contacts from 0 to 100000000; default 1000.</value>
    [Setting("LOW_SEGMENT", Unit = "contacts", Min = 0, Max = 100_000_000)]
    public int Segment { get; init; } = 1_000;

    public LowAvailabilityThresholds Thresholds => new(Premium, State, City, Municipality, Lada, Segment);
}
