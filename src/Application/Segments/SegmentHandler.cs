using Padron.Application.Availability;
using Padron.Domain;
using Padron.Domain.Extractions;
using Padron.Domain.Segments;
using Padron.MartenExtensions;

namespace Padron.Application.Segments;

/// <summary>Defines, changes and removes segments.</summary>
public sealed class SegmentHandler(Streams streams, PlaceNames places, TimeProvider clock)
{
    /// <param name="name">Of the new segment.</param>
    /// <param name="filter">With places as somebody typed them.</param>
    /// <param name="by">The operator.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="RuleViolationException"><c>segment_exists</c>, <c>place_unknown</c>, and those of <see cref="SegmentFilter.Checked"/></exception>
    public async Task<Decided<Segment>> DefineAsync(SegmentName name, SegmentFilter filter, string by, CancellationToken ct = default)
    {
        var command = new DefineSegment(name, await WithKnownPlacesAsync(filter, ct), by, clock.GetUtcNow());
        return await ExecuteAsync(name, segment => SegmentDecider.Decide(command, segment), by, ct);
    }

    /// <summary>Replaces the whole filter.</summary>
    /// <exception cref="RuleViolationException"><c>segment_unknown</c>, <c>place_unknown</c>, and those of <see cref="SegmentFilter.Checked"/></exception>
    public async Task<Decided<Segment>> ChangeAsync(SegmentName name, SegmentFilter filter, string by, CancellationToken ct = default)
    {
        var command = new ChangeSegment(name, await WithKnownPlacesAsync(filter, ct), by, clock.GetUtcNow());
        return await ExecuteAsync(name, segment => SegmentDecider.Decide(command, segment), by, ct);
    }

    /// <exception cref="RuleViolationException"><c>segment_unknown</c></exception>
    public Task<Decided<Segment>> RemoveAsync(SegmentName name, string by, CancellationToken ct = default)
    {
        var command = new RemoveSegment(name, by, clock.GetUtcNow());
        return ExecuteAsync(name, segment => SegmentDecider.Decide(command, segment), by, ct);
    }

    // A filter is kept for long and looked at seldom: no place is guessed for it.
    async Task<SegmentFilter> WithKnownPlacesAsync(SegmentFilter filter, CancellationToken ct)
    {
        filter = filter.Checked(); // before anybody is asked for a thousand places
        return filter with
        {
            States = await KnownAsync(SelectionKind.State, filter.States, ct),
            Municipalities = await KnownAsync(SelectionKind.Municipality, filter.Municipalities, ct),
            Cities = await KnownAsync(SelectionKind.City, filter.Cities, ct),
            Ladas = await KnownAsync(SelectionKind.Lada, filter.Ladas, ct),
        };
    }

    async Task<IReadOnlyList<string>?> KnownAsync(SelectionKind kind, IReadOnlyList<string>? names, CancellationToken ct)
    {
        if (names is null)
            return null;
        var known = new List<string>();
        foreach (var name in names)
            known.Add((await places.KnownAsync(kind, name, ct)).Value);
        return known;
    }

    Task<Decided<Segment>> ExecuteAsync(SegmentName name, Func<Segment, SegmentEvent[]> decide, string by, CancellationToken ct) =>
        streams.ExecuteAsync(name.StreamId, Segment.None, SegmentDecider.Evolve, decide, new EventMetadata(User: by), ct);
}
