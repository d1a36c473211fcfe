using System.Globalization;
using Padron.Api.Cli;
using Padron.Application.Imports;
using Padron.Domain.Imports;

namespace Padron.Api.Imports;

/// <summary>What an operator is told of an import's phases.</summary>
static class ImportPhaseLines
{
    public static void Write(Terminal terminal, ImportPhases phases)
    {
        if (phases.Prepared is { } prepared)
            Write(terminal, prepared);
        if (phases.Sampled is { } sampled)
        {
            terminal.Line(sampled.NotDone is { } reason
                ? $"Sample: not done. {reason}"
                : $"Sample: {Terminal.Number(sampled.Rows)} rows went the whole way in a database of their own, {Percent(sampled.Score)} valid.");
        }

        if (phases.Estimated is { } estimated)
            Write(terminal, estimated.Estimate);
        if (phases.Tuned is { } tuned)
            terminal.Line($"Trial: {Terminal.Number(tuned.BatchSize)} rows a batch, {tuned.Lanes} at once ({string.Join("; ", tuned.Trials.Select(Rate))}).");
        if (phases.IncrementSaved is { } increment)
            terminal.Line($"Increments: up to position {Terminal.Number(increment.Position)}, the last {increment.Backup.Path}; padron imports restore DIRECTORY reads them back.");
        if (phases.Finished is { } finished)
            Write(terminal, finished);
    }

    public static void Write(Terminal terminal, ImportEstimate estimate)
    {
        terminal.Line("Dry run: nothing was imported.");
        terminal.Table(
            ["an import would come to", "#"],
            new (string, string)[]
            {
                ("rows", Terminal.Number(estimate.Rows)), ("contacts, mobile", Terminal.Number(estimate.Lines.Mobile)), ("contacts, landline", Terminal.Number(estimate.Lines.Fixed)),
                ("contacts, line unknown", Terminal.Number(estimate.Lines.Unknown)), ("contacts, invalid says the source", Terminal.Number(estimate.Lines.MarkedInvalid)),
            }
            .Concat(estimate.Rejected.OrderByDescending(reason => reason.Value).Select(reason => ($"rejected, {reason.Key}", Terminal.Number(reason.Value))))
            .Append(("time", estimate.Seconds is { } seconds ? TimeSpan.FromSeconds(Math.Ceiling(seconds)).ToString("g", CultureInfo.InvariantCulture) : "unknown"))
            .Append(("growth of the database", estimate.DatabaseBytes is { } bytes ? Size(bytes) : "unknown"))
            .Select(row => (IReadOnlyList<string>)[row.Item1, row.Item2]));
        terminal.Line(estimate.Basis);
    }

    static void Write(Terminal terminal, ImportPrepared prepared)
    {
        var (machine, source) = (prepared.Machine, prepared.Source);
        terminal.Line(
            $"Machine: {machine.Processors} processors, {Size(machine.MemoryFreeBytes)} of {Size(machine.MemoryBytes)} memory free, "
            + $"{(machine.DatabaseDiskFreeBytes is { } free ? Size(free) : "unknown space")} free for the database. PostgreSQL {machine.ServerVersion}, {Size(machine.DatabaseBytes)}.");
        terminal.Line(
            $"Source: {Terminal.Number(source.Rows)} rows. Of {Terminal.Number(source.Sampled)} looked at, {Share(source.Lines.Mobile)} mobile, {Share(source.Lines.Fixed)} landline, "
            + $"{Share(source.Lines.Unknown)} unknown, {Share(source.Lines.MarkedInvalid)} marked invalid, {Share(source.Rejected.Values.Sum())} no phone number.");
        terminal.Line($"Filled: {string.Join(", ", source.Columns.Select(column => $"{column.Name}{(column.SourceName is { } name && name != column.Name ? $" ({name})" : "")} {(column.SourceName is null ? "no column" : Share(column.Filled))}"))}.");
        if (prepared.SourceBackup is { } file)
            terminal.Line($"Backup of the source: {file.Path}, {Size(file.Bytes)}, compared with it.");
        if (prepared.DatabaseBackup is { } dump)
            terminal.Line($"Backup of the database: {dump.Path}, {Size(dump.Bytes)}.");
        foreach (var remark in prepared.Remarks)
            terminal.Line(remark);

        string Share(long count) => source.Sampled == 0 ? "0 %" : Percent(100m * count / source.Sampled);
    }

    static void Write(Terminal terminal, ImportFinished finished)
    {
        if (finished.Backup is { } dump)
            terminal.Line($"Backup after the import: {dump.Path}, {Size(dump.Bytes)}.");
    }

    static string Rate(ImportTrial trial) => $"{Terminal.Number(trial.BatchSize)} × {trial.Lanes}: {Terminal.Number((long)(trial.Rows / trial.Seconds))} rows/s";

    static string Percent(decimal? score) => string.Create(CultureInfo.InvariantCulture, $"{score:0.#} %");

    static string Size(long bytes) => bytes < 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB");
}
