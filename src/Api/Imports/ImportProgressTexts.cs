using Padron.Api.Cli;
using Padron.Application.Imports.Watching;

namespace Padron.Api.Imports;

/// <summary>How far an import is, in sentences for the terminal.</summary>
static class ImportProgressTexts
{
    public static void Write(Terminal terminal, ImportStanding standing)
    {
        if (standing.Told is not { } told)
        {
            terminal.Line(standing.Activity is ImportActivity.Stopped ? "Nobody works on it: go on with `padron import FILE --resume`." : "It is worked on.");
            return;
        }

        var teller = $"{told.Process} ({told.By}), {Terminal.Time(told.UpdatedAt)}";
        terminal.Line(standing.Activity switch
        {
            ImportActivity.Stopped => $"Nobody works on it: {teller} was the last. Go on with `padron import FILE --resume`.",
            ImportActivity.Paused => $"Paused: {told.PausedBecause}.",
            _ => $"{ImportBar.Title(told)}: {Done(told)}, {ImportBar.Figures(told)}.",
        });
        if (standing.Activity is not ImportActivity.Stopped)
            terminal.Line($"Told by {teller}.");
    }

    static string Done(ImportReport told) => told switch
    {
        { Step: { Of: 0 } } => "under way",
        { Step: { } step } => $"{Terminal.Number(step.Done)} of {Terminal.Number(step.Of)}",
        { Indexes: { } indexes } => $"{told.IndexesBuilt ?? 0} of {indexes}",
        _ => $"{Terminal.Number(told.RowsRead)} of {Terminal.Number(told.Rows)} rows",
    };
}
