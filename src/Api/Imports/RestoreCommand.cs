using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Imports.Phases;

namespace Padron.Api.Imports;

/// <summary><c>padron imports restore</c>: what <c>padron import --backup-every</c> saved.</summary>
static class RestoreCommand
{
    static readonly Argument<string> Increments = new("DIRECTORY") { Description = "With the manifest.json of an import's increments." };

    public static Command Create() => CliCommand.Create(
        "restore", "Read an import's increments back into a register that is as it was before the import: an empty one, or its backup. Safe to repeat.", [Increments], RunAsync);

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var restored = await terminal.ShowProgressAsync(
            "Restoring events", "files", bar => session.Get<RestoreIncrementsHandler>().HandleAsync(parsed.GetRequiredValue(Increments), bar.OfFiles(), ct));
        await session.CatchUpAsync(terminal, ct);
        terminal.Result(restored, t => t.Line($"{Terminal.Number(restored.Events)} events of {restored.Files} files are in the register."));
    }
}
