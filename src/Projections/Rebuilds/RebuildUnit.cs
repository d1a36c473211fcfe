using Padron.MartenExtensions.Bulk;

namespace Padron.Projections.Rebuilds;

/// <summary>A projection's tables beside the live ones: filled by a rebuild, or kept from before one.</summary>
/// <param name="Live">The projection itself.</param>
/// <param name="Schema">Where the tables are, under the names of the live ones.</param>
/// <param name="Shard">Ends the name of their progression.</param>
sealed record RebuildUnit(Projection Live, string Schema, string Shard)
{
    public static RebuildUnit NewOf(Projection projection) => new(projection, "rebuilding_" + projection.Name, "Rebuilding");

    public static RebuildUnit KeptOf(Projection projection) => new(projection, "previous_" + projection.Name, "Previous");

    public ShadowTables Tables { get; } = new(Live.Tables, later: [], Schema);

    /// <summary>Folds into them.</summary>
    public Projection Projection { get; } = Live.In(Schema, Shard);

    /// <summary>Folds late events alone into them.</summary>
    public Projection Late { get; } = Live.In(Schema, Shard, events: Schema + ".late_events");

    public string ProgressionName => Projection.ProgressionName;
}
