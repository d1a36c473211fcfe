using System.Text;
using System.Text.RegularExpressions;

#pragma warning disable MA0009 // What is read is our own source and the server's plans of it.

namespace Padron.Integration.Tests.Plans;

/// <summary>The string literals of C# source, of every form; <see cref="Hole"/> stands where a value is interpolated.</summary>
sealed partial class StringLiterals
{
    public const char Hole = '\u0001';

    readonly List<string> found = [];
    readonly string code;
    int at;

    StringLiterals(string code) => this.code = code;

    /// <returns>In order of the source; those inside a hole come before the literal that has the hole.</returns>
    public static IReadOnlyList<string> In(string code)
    {
        var literals = new StringLiterals(code);
        literals.ReadCode(toBrace: false);
        return literals.found;
    }

    void ReadCode(bool toBrace)
    {
        for (var depth = 0; at < code.Length;)
        {
            if (Is("//"))
                SkipPast("\n");
            else if (Is("/*"))
                SkipPast("*/");
            else if (code[at] == '\'')
                at += code[at + 1] == '\\' ? code.IndexOf('\'', at + 3) - at + 1 : 3;
            else if (Opening().Match(code, at) is { Success: true } opening)
                ReadLiteral(opening);
            else if (toBrace && depth == 0 && code[at] == '}')
                return;
            else
                depth += code[at++] switch { '{' => 1, '}' => -1, _ => 0 };
        }
    }

    void ReadLiteral(Match opening)
    {
        var (dollars, verbatim, quotes) = (opening.Value.Count(c => c == '$'), opening.Value.Contains('@'), opening.Groups["quotes"].Length);
        at += opening.Length;
        if (quotes == 2)
        {
            found.Add("");
            return;
        }

        var (raw, end) = (quotes >= 3, new string('"', quotes));
        var text = new StringBuilder();
        while (!Is(end) || (verbatim && Is("\"\"")))
        {
            if (dollars > 0 && !raw && (Is("{{") || Is("}}")))
            {
                text.Append(code[at]);
                at += 2;
            }
            else if (dollars > 0 && Is(new string('{', raw ? dollars : 1)))
            {
                at += raw ? dollars : 1;
                ReadCode(toBrace: true);
                at += raw ? dollars : 1;
                text.Append(Hole);
            }
            else if (verbatim && Is("\"\""))
            {
                text.Append('"');
                at += 2;
            }
            else if (!raw && !verbatim && code[at] == '\\')
            {
                text.Append(code[at + 1] is 'n' or 'r' or 't' ? ' ' : code[at + 1]); // a space is as good in SQL
                at += 2;
            }
            else
            {
                text.Append(code[at++]);
            }
        }

        at += quotes;
        found.Add(text.ToString());
    }

    bool Is(string text) => string.CompareOrdinal(code, at, text, 0, text.Length) == 0;

    void SkipPast(string end)
    {
        var place = code.IndexOf(end, at + 2, StringComparison.Ordinal);
        at = place < 0 ? code.Length : place + end.Length;
    }

    [GeneratedRegex("""\G[$@]*(?<quotes>"{3,}|""(?!")|")""")]
    private static partial Regex Opening();
}
