using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Padron.MartenExtensions;

/// <summary>One step of a component's schema. Once released its text never changes: a change is the next version.</summary>
/// <param name="Component">Whose tables these are; versions count up from 1 in each component.</param>
/// <param name="Version">Position among the component's scripts.</param>
/// <param name="Sql">One or more statements; they run inside the installer's transaction.</param>
public sealed record SchemaScript(string Component, int Version, string Sql)
{
    /// <summary>Writes the statements when all scripts without it have committed; null for a script whose statements are <see cref="Sql"/>.</summary>
    /// <remarks>For a library that compares the database with what it wants. They run in one transaction with the note that the script was installed.</remarks>
    public Func<CancellationToken, Task<string>>? WriteAsync { get; init; }

    /// <summary>SHA-256 of the text, by which a changed script is recognised.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The scripts embedded in an assembly as <c>Schema/NNNN-name.sql</c>, in order of their number.</summary>
    public static IReadOnlyList<SchemaScript> In(Assembly assembly, string component)
    {
        var folder = assembly.GetName().Name + ".Schema.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => new SchemaScript(
                    component,
                    int.Parse(name.AsSpan(folder.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture),
                    EmbeddedSql.Read(assembly, name))),
        ];
    }

    /// <summary>The event store's own scripts.</summary>
    public static IReadOnlyList<SchemaScript> OfEventStore => In(typeof(SchemaScript).Assembly, "events");
}
