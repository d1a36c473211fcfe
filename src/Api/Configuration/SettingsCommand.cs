using System.CommandLine;
using Padron.Api.Cli;

namespace Padron.Api.Configuration;

/// <summary><c>padron settings</c></summary>
static class SettingsCommand
{
    const string Hidden = "(secret)";

    static readonly Option<bool> Markdown = new("--markdown") { Description = "Print docs/configuration.md.", Hidden = true };

    public static Command Create() => CliCommand.CreateBare("settings", "Show every setting with the value that holds.", [Markdown], (terminal, parsed, _) =>
    {
        Run(terminal, parsed.GetValue(Markdown));
        return Task.CompletedTask;
    });

    static void Run(Terminal terminal, bool markdown)
    {
        if (markdown)
        {
            Console.Out.Write(new SettingsPage(SettingsPage.DocumentationOfThisProgram).Render());
            return;
        }

        var settings = PadronSettings.Read();
        var values = typeof(PadronSettings).GetProperties()
            .SelectMany(group => Setting.Of(group.PropertyType).Select(setting => new { name = setting.Variable, value = Show(setting, group.GetValue(settings)!), setting.Default }))
            .ToArray();
        terminal.Result(
            values.ToDictionary(setting => setting.name, setting => setting.value),
            t => t.Table(["setting", "value", "default"], values.Select(setting => (IReadOnlyList<string>)[setting.name, setting.value, setting.Default.Replace("`", "", StringComparison.Ordinal)])));
    }

    static string Show(Setting setting, object options)
    {
        var value = setting.Property.GetValue(options);
        return setting.Attribute.Secret && value is not null ? Hidden : setting.Text(value);
    }
}
