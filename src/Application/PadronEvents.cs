using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;
using Padron.Projections;

namespace Padron.Application;

/// <summary>What this product stores besides its events: its messages and its schema.</summary>
public static class PadronEvents
{
    /// <summary>What may be put on the durable queue.</summary>
    public static MessageTypes MessageTypes { get; } = new(PadronMessages.Default, [typeof(Extractions.RunExtraction)]);

    /// <summary>All schema scripts, in the order the layers build on each other.</summary>
    public static IReadOnlyList<SchemaScript> Schema { get; } =
        [.. SchemaScript.OfEventStore, .. ReadModels.Schema, .. SchemaScript.In(typeof(PadronEvents).Assembly, "padron"), MartenSchema.Marker];

    /// <summary>Which scripts of each component this program knows: <c>events3-queue2-…</c>.</summary>
    public static string SchemaVersion { get; } =
        string.Join('-', Schema.GroupBy(script => script.Component).Select(component => $"{component.Key}{component.Max(script => script.Version)}"));
}
