using System.Text.RegularExpressions;
using Padron.Integration.Tests.Fixture;

#pragma warning disable MA0009 // What is read are two documents of the tree.

namespace Padron.Integration.Tests.Reference;

/// <summary>A statement of the customer's documents.</summary>
/// <param name="Name">Document and line of its first word: <c>fase1:408</c>.</param>
/// <param name="Sql">As it stands there, without comments, indentation and the semicolon.</param>
sealed record ReferenceStatement(string Name, string Sql)
{
    /// <summary>In one line.</summary>
    public string Words => string.Join(' ', Sql.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>The SQL of a customer's document: what its fences of <c>sql</c> hold, those of a list item's code too.</summary>
static partial class ReferenceDocument
{
    static readonly (string Name, string File)[] Documents = [("fase1", "docs/reference/fase1-infraestructura.md"), ("fase2", "docs/reference/fase2-bot-extraccion.md")];

    public static IEnumerable<ReferenceStatement> Statements() =>
        Documents.SelectMany(document => Statements(document.Name, File.ReadAllText(Repository.PathOf(document.File))));

    /// <summary>What looks like SQL and stands elsewhere: in a program's string, a shell's argument or the running text.</summary>
    public static IEnumerable<string> Elsewhere() =>
        from document in Documents
        from line in Lines(File.ReadAllText(Repository.PathOf(document.File)))
        where line.Fence is not "sql" && LooksLikeSql().IsMatch(line.Text)
        select $"{document.Name}:{line.Number} {line.Text.Trim()}";

    /// <exception cref="FormatException">A fence ends within a statement.</exception>
    public static IEnumerable<ReferenceStatement> Statements(string name, string markdown)
    {
        var began = 0;
        var statement = new List<string>();
        foreach (var line in Lines(markdown))
        {
            if (line.Fence is not "sql")
            {
                if (statement.Count > 0)
                    throw new FormatException($"{name}:{began} has no end: a statement ends with a semicolon.");
                continue;
            }

            var code = Comment().Replace(line.Text, "").Trim();
            if (code.Length == 0)
                continue;
            if (statement.Count == 0)
                began = line.Number;
            statement.Add(code.TrimEnd(';'));
            if (!code.EndsWith(';'))
                continue;
            yield return new($"{name}:{began}", string.Join('\n', statement));
            statement.Clear();
        }
    }

    /// <summary>Lines with the language of the fence they are in; null outside, and for the fences themselves.</summary>
    static IEnumerable<(int Number, string Text, string? Fence)> Lines(string markdown)
    {
        string? fence = null;
        var number = 0;
        foreach (var text in markdown.Split('\n'))
        {
            number++;
            if (text.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                fence = fence is null ? text.Trim().Trim('`') : null;
                yield return (number, "", null);
            }
            else
            {
                yield return (number, text, fence);
            }
        }
    }

    [GeneratedRegex("--.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(SELECT\s.*\bFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(UNIQUE\s+)?(TABLE|INDEX|VIEW|MATERIALIZED)|ALTER\s+(TABLE|SYSTEM)|TRUNCATE\s|VACUUM\s|EXPLAIN\s.*SELECT)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex LooksLikeSql();
}
