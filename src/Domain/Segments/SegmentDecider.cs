namespace Padron.Domain.Segments;

/// <summary>What a segment's decisions need of its history.</summary>
/// <param name="Filter">Who is in it; null when there is no such segment.</param>
/// <param name="WasRemoved">There is none any more.</param>
public sealed record Segment(SegmentFilter? Filter = null, bool WasRemoved = false)
{
    public static readonly Segment None = new();
}

/// <summary>Gives a filter a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Filter">With places as the register knows them.</param>
/// <param name="By">The operator.</param>
/// <param name="At">UTC.</param>
public sealed record DefineSegment(SegmentName Name, SegmentFilter Filter, string By, DateTimeOffset At);

/// <summary>Replaces the filter, all of it.</summary>
public sealed record ChangeSegment(SegmentName Name, SegmentFilter Filter, string By, DateTimeOffset At);

/// <summary>Frees the name.</summary>
public sealed record RemoveSegment(SegmentName Name, string By, DateTimeOffset At);

/// <summary>The rules of a segment: one filter a name.</summary>
public static class SegmentDecider
{
    /// <summary>The same again changes nothing.</summary>
    /// <exception cref="RuleViolationException"><c>segment_exists</c>, and those of <see cref="SegmentFilter.Checked"/></exception>
    public static SegmentEvent[] Decide(DefineSegment command, Segment segment)
    {
        var filter = command.Filter.Checked();
        return segment.Filter is null ? [new SegmentDefined(command.Name.Text, filter, command.By, command.At)]
            : segment.Filter == filter ? []
            : throw new RuleViolationException("segment_exists", $"There is a segment '{command.Name}' already, and its filter is another: change it, or take another name.");
    }

    /// <exception cref="RuleViolationException"><c>segment_unknown</c>, and those of <see cref="SegmentFilter.Checked"/></exception>
    public static SegmentEvent[] Decide(ChangeSegment command, Segment segment)
    {
        var filter = command.Filter.Checked();
        return segment.Filter is null ? throw Unknown(command.Name)
            : segment.Filter == filter ? []
            : [new SegmentChanged(filter, command.By, command.At)];
    }

    /// <summary>What was removed already stays so.</summary>
    /// <exception cref="RuleViolationException"><c>segment_unknown</c></exception>
    public static SegmentEvent[] Decide(RemoveSegment command, Segment segment) => segment switch
    {
        { Filter: not null } => [new SegmentRemoved(command.By, command.At)],
        { WasRemoved: true } => [],
        _ => throw Unknown(command.Name),
    };

    public static Segment Evolve(Segment segment, object @event) => @event switch
    {
        SegmentDefined defined => new(defined.Filter),
        SegmentChanged changed => new(changed.Filter),
        SegmentRemoved => new(WasRemoved: true),
        _ => segment,
    };

    public static RuleViolationException Unknown(SegmentName name) => new("segment_unknown", $"There is no segment '{name}'. `padron segments list` shows them.");
}
