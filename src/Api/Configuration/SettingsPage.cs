using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Padron.Api.Configuration;

/// <summary><c>docs/configuration.md</c>, from the doc comments of the options classes. A test holds the page to it.</summary>
sealed partial class SettingsPage
{
    readonly Dictionary<string, XElement> comments;

    /// <param name="documentation">What the compiler made of the doc comments: <c>padron.xml</c> beside the program.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public SettingsPage(string documentation)
    {
        if (!File.Exists(documentation))
            throw new FileNotFoundException($"The program's documentation is not at {documentation}: build it from source.", documentation);
        comments = XDocument.Load(documentation).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
    }

    public static string DocumentationOfThisProgram => Path.ChangeExtension(typeof(SettingsPage).Assembly.Location, ".xml");

    /// <summary>The value that a doc comment states, which is what the attribute and the initialiser say in other words.</summary>
    public string Value(Setting setting) => Text(Comment(setting).Element("value"));

    public string Render()
    {
        var page = new StringBuilder("""
            # Configuration

            <!-- Made by `make docs` from the doc comments in src/Api/Configuration: change it there. -->

            Settings come from `appsettings.json` in the current directory, whose keys are the names below without `PADRON_`, and then from the environment,
            which wins. All are optional. What can't be used is told at start, a sentence for each, and the exit code is 2. `padron settings` shows what holds.

            A setting marked *secret* may stand in a file instead, named by the same name with `_FILE` (`PADRON_DATABASE_PASSWORD_FILE=/run/secrets/…`), and is
            never shown. Names in capitals in parentheses are the customer's own, from which the default was taken.

            """);
        foreach (var group in Setting.All.GroupBy(setting => setting.Property.DeclaringType!))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {Heading(group.Key)}\n\n{Text(comments[$"T:{group.Key.FullName}"].Element("summary"))}\n\n");
            page.Append("| setting | value | meaning |\n|---|---|---|\n");
            foreach (var setting in group)
                page.Append(CultureInfo.InvariantCulture, $"| `{setting.Variable}`{(setting.Attribute.Secret ? " *secret*" : "")} | {Value(setting)} | {Text(Comment(setting).Element("summary"))} |\n");
        }

        return page.Append("""

            ## Not settings of the register

            Read from the environment only:

            | variable | meaning |
            |---|---|
            | `PADRON_PG_BIN` | Directory of PostgreSQL's server programs, for the private server; without it they are looked for on the PATH and where packages put them |
            | `PADRON_TEST_DATABASE` | Tests only: connection string of a server whose user may create databases |

            The private server's own settings are in `pg/padron.conf` of the data directory, written anew at each start; to change one, use `alter system`, which
            is stronger than the file, or run a server of your own.

            """).ToString();
    }

    XElement Comment(Setting setting) => comments[$"P:{setting.Property.DeclaringType!.FullName}.{setting.Property.Name}"];

    // ReadModelOptions → Read model
    static string Heading(Type options) => WordStart().Replace(options.Name.Replace("Options", "", StringComparison.Ordinal), start => " " + start.Value.ToLowerInvariant());

    // Markdown of a comment: <c> is code, what a <see> points to is its last name, and lines run on.
    static string Text(XElement? element) =>
        Blanks().Replace(string.Concat(element!.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")!.Value.Split('.')[^1]}`",
            XText text => text.Value,
            _ => node.ToString(),
        })), " ").Trim();

    [GeneratedRegex("(?<!^)[A-Z]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
