using Padron.Application.Extractions;
using Padron.Application.Imports.Rollback;
using Padron.Application.Imports.Validation;
using Padron.Application.Numbering;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Rebuilds;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Padron.Api.Cli;

/// <summary>A bar on the terminal, told of progress from any thread.</summary>
sealed class ProgressBar(ProgressTask task)
{
    public void Set(long value, long of)
    {
        task.MaxValue = of;
        task.Value = value;
    }

    public IProgress<(int Done, int Of)> OfFiles() => new Told<(int Done, int Of)>(progress => Set(progress.Done, progress.Of));

    public IProgress<int> Of(int total) => new Told<int>(value => Set(value, total));

    public IProgress<long> Of(long total) => new Told<long>(value => Set(value, total));

    public IProgress<ReleaseProgress> OfReleases() => new Told<ReleaseProgress>(progress => Set(progress.Released, progress.Of));

    public IProgress<RollbackProgress> OfRollback() => new Told<RollbackProgress>(progress => Set(progress.TakenBack, progress.Of));

    public IProgress<ValidationProgress> OfChecks() => new Told<ValidationProgress>(progress =>
    {
        task.Description = $"Checking {progress.Check}";
        Set(progress.Done, progress.Of);
    });

    public IProgress<ReclassificationProgress> OfBlocks() => new Told<ReclassificationProgress>(progress => Set(progress.Blocks, progress.OfBlocks));

    public IProgress<ProjectionProgress> OfPages() => new Told<ProjectionProgress>(progress => Set(progress.Position, progress.Target));

    public IProgress<RebuildProgress> OfRebuild() => new Told<RebuildProgress>(progress =>
    {
        task.Description = progress.Step switch
        {
            RebuildStep.Fold => "Folding events",
            RebuildStep.FoldLate => "Folding later events",
            RebuildStep.Index => "Building indexes",
            RebuildStep.CatchUp => "Folding new events",
            RebuildStep.Compare => "Comparing",
            _ => "Waiting for readers",
        };
        Set(progress.Done, progress.Of);
    });

    // Unlike Progress<T> it tells at once and in order: the last report must not come after the work's end.
    sealed class Told<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}

/// <summary>Units a second, over the last moments.</summary>
sealed class RateColumn(string unit) : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.Speed is { } speed ? $"{Terminal.Number((long)speed)} {unit}/s" : "");
}
