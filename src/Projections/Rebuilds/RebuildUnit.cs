using System.Text.RegularExpressions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Rebuilds;

/// <summary>A projection's tables beside the live ones: filled by a rebuild, as version 2 of the projection, or kept from before one.</summary>
/// <param name="Live">The projection itself.</param>
/// <param name="Schema">Where the tables are, under the names of the live ones.</param>
/// <param name="ProgressionName">Of their progression.</param>
/// <param name="Fresh">How it is folded first; null where all is folded by the projection's statements.</param>
sealed record RebuildUnit(SqlProjection Live, string Schema, string ProgressionName, FreshFold? Fresh)
{
    public static RebuildUnit NewOf(SqlProjection projection, bool usesFreshFold = true)
    {
        var schema = "rebuilding_" + projection.Name;
        return new(projection, schema, projection.Name + ":V2:All", usesFreshFold ? ReadModels.FreshOf(projection)?.In(schema) : null);
    }

    public static RebuildUnit KeptOf(SqlProjection projection) => new(projection, "previous_" + projection.Name, projection.Name + ":Previous", Fresh: null);

    public ShadowTables Tables { get; } = new(Live.Tables, later: [], Schema);

    /// <summary>Folds into them.</summary>
    public SqlProjection Projection { get; } = In(Live, Schema, events: "events.mt_events");

    /// <summary>Folds late events alone into them.</summary>
    public SqlProjection Late { get; } = In(Live, Schema, events: Schema + ".late_events");

    // The same statements over tables of the same names in another schema.
    static SqlProjection In(SqlProjection live, string schema, string events)
    {
        return new(live.Name, [.. live.Tables.Select(There)], [.. live.Statements.Select(Rename)])
        {
            PageEnd = live.PageEnd is { } end ? Rename(end) : null,
            PageStart = live.PageStart is { } start ? Rename(start) : null,
            Version = 2,
        };

        string There(string table) => $"{schema}.{table.Split('.')[1]}";

        string Rename(string statement) =>
            live.Tables.Select(table => (From: table, To: There(table))).Append((From: "events.mt_events", To: events))
                .Aggregate(statement, (sql, table) => Regex.Replace(sql, $@"\b{Regex.Escape(table.From)}\b", table.To, RegexOptions.NonBacktracking));
    }
}
