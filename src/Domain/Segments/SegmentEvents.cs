namespace Padron.Domain.Segments;

/// <summary>A fact about a segment. Names and members are the storage format: add, never rename or remove.</summary>
public abstract record SegmentEvent;

/// <summary>A filter got a name, for the first time or again after it was removed.</summary>
/// <param name="Name">As <see cref="SegmentName"/> has it.</param>
/// <param name="Filter">Who is in it.</param>
/// <param name="DefinedBy">The operator.</param>
/// <param name="DefinedAt">UTC.</param>
public sealed record SegmentDefined(string Name, SegmentFilter Filter, string DefinedBy, DateTimeOffset DefinedAt) : SegmentEvent;

/// <summary>The name stands for another filter from now on. Extractions that were asked for before keep the one they were asked for with.</summary>
public sealed record SegmentChanged(SegmentFilter Filter, string ChangedBy, DateTimeOffset ChangedAt) : SegmentEvent;

/// <summary>The name is free again.</summary>
public sealed record SegmentRemoved(string RemovedBy, DateTimeOffset RemovedAt) : SegmentEvent;
