using System.Reflection;
using CsvHelper;

namespace Padron.Adapters.Samples;

/// <summary>The tables that are compiled into the program.</summary>
static class EmbeddedCsv
{
    /// <returns>The rows, as text by column name.</returns>
    public static List<Dictionary<string, string>> Read(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} was not built into {assembly.GetName().Name}.");
        using var csv = CsvReader.Create(stream, new CsvReaderOptions { HasHeader = true }, leaveOpen: false);
        csv.ReadHeader();

        List<Dictionary<string, string>> rows = [];
        while (csv.Read())
            rows.Add(csv.Headers.Index().ToDictionary(column => column.Item, column => csv.GetString(column.Index)));
        return rows;
    }
}
