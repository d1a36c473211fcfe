using JasperFx;
using Marten;
using Weasel.Core;

namespace Padron.MartenExtensions;

/// <summary>Marten's own tables and functions, brought to what this program's Marten wants of them.</summary>
/// <remarks>It compares and writes the changes by itself; they are run in one transaction, together with the note that they were.</remarks>
public static class MartenSchema
{
    /// <summary>Its place among the schema's components: a higher version whenever Marten or its settings want other tables. A test finds that out.</summary>
    public static SchemaScript Marker { get; } = new("marten", 1, "-- Marten 9.59: written by Marten itself");

    /// <summary>The statements that a database lacks; empty when there is none.</summary>
    /// <param name="store">The store, which may create and update objects (<see cref="AutoCreate.CreateOrUpdate"/>).</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<string> MissingAsync(IDocumentStore store, CancellationToken ct)
    {
        var database = store.Storage.Database;
        var migration = await database.CreateMigrationAsync(ct);
        if (migration.Difference is SchemaPatchDifference.None)
            return "";
        await using var sql = new StringWriter();
        migration.WriteAllUpdates(sql, database.Migrator, AutoCreate.CreateOrUpdate);
        return sql.ToString();
    }
}
