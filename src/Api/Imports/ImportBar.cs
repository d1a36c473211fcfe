using System.Globalization;
using Padron.Api.Cli;
using Padron.Application.Imports.Watching;
using Padron.Domain.Imports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Padron.Api.Imports;

/// <summary>An import on the terminal: what it is at, its rate and what is left, what it rejected, its memory and the server's disk.</summary>
sealed class ImportBar(ProgressTask task, FiguresColumn figures, Terminal terminal) : IProgress<ImportReport>
{
    bool paused;

    public void Report(ImportReport value)
    {
        task.Description = Title(value);
        (task.MaxValue, task.Value) = value switch
        {
            { Step: { } step } => (Math.Max(step.Of, 1), step.Done),
            { Indexes: { } indexes } => (indexes, value.IndexesBuilt ?? 0),
            _ => (value.Rows, value.RowsRead),
        };
        task.IsIndeterminate = value.Step is { Of: 0 };
        figures.Text = Figures(value);
        if (paused == value.PausedBecause is not null)
            return;
        paused = !paused;
        terminal.Warn(paused ? $"Paused: {value.PausedBecause}." : "Going on.");
    }

    /// <summary>One line: what is known of rate, time left, rejections, memory and disk.</summary>
    public static string Figures(ImportReport report) => string.Join(
        ", ",
        new[]
        {
            report.RowsPerSecond is { } rate ? $"{Terminal.Number(rate)} rows/s" : null,
            report.SecondsLeft is { } left ? $"{TimeSpan.FromSeconds(left):hh\\:mm\\:ss} left" : null,
            $"{Terminal.Number(report.Rejected)} rejected",
            $"{Terminal.Number(report.MemoryBytes >> 20)} MB memory",
            report.DiskFreeBytes is { } free ? string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1L << 30):0.0} GB disk free") : "disk unknown",
        }.OfType<string>());

    public static string Title(ImportReport report) => report switch
    {
        { PausedBecause: not null } => "Paused",
        { Step: { } step } => step.Name,
        { Indexes: not null } => "Building indexes",
        { Phase: ImportPhase.Trial } => "Importing rows (trial)",
        _ => "Importing rows",
    };
}

/// <summary>What else there is to say of the one task that is shown.</summary>
sealed class FiguresColumn : ProgressColumn
{
    public string Text { get; set; } = "";

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(Text) { Overflow = Overflow.Ellipsis };
}
