using System.Text;

namespace Padron.Domain.Numbering;

/// <summary>The small CSV tables this assembly carries. Fields may be quoted, but hold no quote and no line break.</summary>
static class EmbeddedTable
{
    /// <returns>The rows below the header.</returns>
    public static IEnumerable<string[]> Rows(string name)
    {
        using var stream = typeof(EmbeddedTable).Assembly.GetManifestResourceStream($"Padron.Domain.Numbering.{name}")
            ?? throw new InvalidOperationException($"The assembly does not carry the table {name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        _ = reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0) yield return Fields(line);
        }
    }

    static string[] Fields(string line)
    {
        List<string> fields = [];
        var start = 0;
        while (start <= line.Length)
        {
            var quoted = start < line.Length && line[start] == '"';
            var from = quoted ? start + 1 : start;
            var end = line.IndexOf(quoted ? '"' : ',', from);
            if (end < 0) end = line.Length;
            fields.Add(line[from..end]);
            start = end + (quoted ? 2 : 1);
        }

        return [.. fields];
    }
}
