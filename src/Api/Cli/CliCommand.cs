using System.CommandLine;

namespace Padron.Api.Cli;

/// <summary>Builds commands that share the options every command has.</summary>
static class CliCommand
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON.", Recursive = true };

    public static readonly Option<string> Operator = new("--as")
    {
        Description = "Who gives the command; it stands in the history.",
        Recursive = true,
        DefaultValueFactory = _ => Environment.UserName,
    };

    /// <summary>A command over an installation: opened before <paramref name="run"/> and closed after it, whatever happens.</summary>
    public static Command Create(
        string name, string description, IReadOnlyList<Symbol> symbols, Func<Session, Terminal, ParseResult, CancellationToken, Task> run) =>
        CreateBare(name, description, symbols, async (terminal, parsed, ct) =>
        {
            await using var session = await Session.OpenAsync(ct);
            await run(session, terminal, parsed, ct);
        });

    /// <summary>A command that needs no installation, or opens it by itself.</summary>
    public static Command CreateBare(string name, string description, IReadOnlyList<Symbol> symbols, Func<Terminal, ParseResult, CancellationToken, Task> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else if (symbol is Option option)
                command.Options.Add(option);
        }

        command.SetAction((parsed, ct) => ExitCode.OfAsync(() => run(new Terminal(parsed.GetValue(Json)), parsed, ct)));
        return command;
    }

    public static Command Group(string name, string description, params IEnumerable<Command> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
            group.Subcommands.Add(command);
        return group;
    }
}
