namespace Padron.Domain.Extractions;

public enum SelectionKind
{
    /// <summary>The ten LADAs of highest household income (ICPTH 2022), an equal share of each.</summary>
    Premium,
    State,
    City,
    Municipality,
    Lada,
}

/// <summary>Which contacts an extraction takes.</summary>
/// <param name="Kind">By what they are chosen.</param>
/// <param name="Name">City, municipality or LADA; null for premium and state.</param>
/// <param name="StateCode">The state, also of a city or municipality; null for premium and LADA.</param>
public sealed record Selection(SelectionKind Kind, string? Name = null, string? StateCode = null)
{
    public override string ToString() => Kind switch
    {
        SelectionKind.Premium => "premium",
        SelectionKind.State => $"state {StateCode}",
        SelectionKind.Lada => $"LADA {Name}",
        SelectionKind.City => $"city {Name}, {StateCode}",
        _ => $"municipality {Name}, {StateCode}",
    };
}
