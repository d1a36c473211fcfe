using Padron.Domain.Segments;

namespace Padron.Domain.Extractions;

public enum SelectionKind
{
    /// <summary>The ten LADAs of highest household income (ICPTH 2022), an equal share of each.</summary>
    Premium,
    State,
    City,
    Municipality,
    Lada,

    /// <summary>The verified contacts of a saved filter.</summary>
    Segment,
}

/// <summary>Which contacts an extraction takes.</summary>
/// <param name="Kind">By what they are chosen.</param>
/// <param name="Name">City, municipality, LADA or segment; null for premium and state.</param>
/// <param name="StateCode">The state, also of a city or municipality; null for premium, LADA and segment.</param>
/// <param name="Filter">The segment's, as it stood when it was asked for: whoever goes on with the extraction goes on with the same. Null otherwise.</param>
public sealed record Selection(SelectionKind Kind, string? Name = null, string? StateCode = null, SegmentFilter? Filter = null)
{
    /// <exception cref="RuleViolationException"><c>segment_not_extractable</c>: the segment has no verified contacts in it, whoever comes into the register.</exception>
    public static Selection Of(SegmentName name, SegmentFilter filter, DateTimeOffset at) => filter.AdmitsVerified
        ? new(SelectionKind.Segment, name.Text, Filter: filter.At(at))
        : throw new RuleViolationException("segment_not_extractable", $"Only verified contacts are handed out, and the segment '{name}' has others only: take verified into its statuses, or choose another segment.");

    public override string ToString() => Kind switch
    {
        SelectionKind.Premium => "premium",
        SelectionKind.State => $"state {StateCode}",
        SelectionKind.Lada => $"LADA {Name}",
        SelectionKind.City => $"city {Name}, {StateCode}",
        SelectionKind.Segment => $"segment {Name}",
        _ => $"municipality {Name}, {StateCode}",
    };
}
