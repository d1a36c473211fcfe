using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Padron.Benchmarks.Harness;

/// <summary>Figures for people and for programs.</summary>
static class Report
{
    public const string Latest = "out/bench.json";

    const string Committed = "benchmarks/results";

    public static void Show(BenchRun run)
    {
        var table = Table(
            $"{run.Rows:N0} rows, {run.Machine.Cores} cores, {run.Machine.MemoryGib:N0} GiB, PostgreSQL {run.Machine.Postgres}, .NET {run.Machine.Dotnet}",
            "area", "work", "rate", "a round, and the least and most", "limit", "times as fast as", "rate of that");
        foreach (var figure in run.Figures)
        {
            string[] work = [figure.Area, figure.Work, $"{Number(figure.Rate.Median)} {figure.Unit}/s", Seconds(figure.Seconds), string.Join("; ", figure.Limits ?? [])];
            foreach (var other in figure.Beside.Take(1))
                table.AddRow(Cells([.. work, $"{Times(other.Speed)} {other.Work}", $"{Number(other.Rate.Median)}/s"]));
            foreach (var other in figure.Beside.Skip(1))
                table.AddRow(Cells("", "", "", "", "", $"{Times(other.Speed)} {other.Work}", $"{Number(other.Rate.Median)}/s"));
            if (figure.Beside.Count == 0)
                table.AddRow(Cells([.. work, figure.BytesPerCall is { } bytes ? $"{bytes:N0} bytes a call" : "", ""]));
            else if (figure.BytesPerCall is { } bytesBeside)
                table.AddRow(Cells("", $"  {bytesBeside:N0} bytes a call", "", "", "", "", ""));
            if (figure.Note is { } note)
                table.AddRow(Cells("", "  " + note, "", "", "", "", ""));
        }

        AnsiConsole.Write(table);
        foreach (var work in run.LeftOut)
            Console.WriteLine(work);
    }

    /// <summary>As wide as it must be where nobody's terminal limits it.</summary>
    public static Table Table(string title, params string[] columns)
    {
        if (Console.IsOutputRedirected)
            (AnsiConsole.Profile.Width, AnsiConsole.Profile.Capabilities.Ansi) = (240, false);
        return new Table().Border(TableBorder.Simple).AddColumns(columns).Title(Markup.Escape(title));
    }

    public static async Task WriteAsync(BenchRun run)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Latest)!);
        await File.WriteAllTextAsync(Latest, JsonSerializer.Serialize(run, BenchJson.Default.BenchRun) + "\n");
    }

    /// <exception cref="FileNotFoundException"><c>make bench</c> has not run yet.</exception>
    public static Task<BenchRun> ReadLatestAsync() => ReadAsync(Latest);

    /// <summary>The newest run that was kept of the same size; null when there is none.</summary>
    public static async Task<BenchRun?> ReadCommittedAsync(long rows) =>
        Directory.Exists(Committed) && Directory.GetFiles(Committed, $"*-{rows}.json").Order(StringComparer.Ordinal).LastOrDefault() is { } path ? await ReadAsync(path) : null;

    /// <returns>Where it is kept now.</returns>
    /// <exception cref="FormatException">The last run measured some areas only.</exception>
    public static async Task<string> KeepAsync()
    {
        var run = await ReadLatestAsync();
        if (run.Only.Count > 0)
            throw new FormatException($"The last run measured {string.Join(", ", run.Only)} only: run `make bench` without ONLY, and keep that.");
        Directory.CreateDirectory(Committed);
        var path = string.Create(CultureInfo.InvariantCulture, $"{Committed}/{run.At:yyyy-MM-dd}-{run.Rows}.json");
        File.Copy(Latest, path, overwrite: true);
        return path;
    }

    public static string Number(double value) => value.ToString(value >= 100 ? "N0" : value >= 1 ? "N1" : "G2", CultureInfo.InvariantCulture);

    public static string[] Cells(params string[] texts) => Array.ConvertAll(texts, Markup.Escape);

    static string Times(Spread speed) => speed.Rounds == 1 ? Factor(speed.Median) : $"{Factor(speed.Median)} [{Factor(speed.Min)}–{Factor(speed.Max)}]";

    public static string Factor(double value) => value.ToString(value >= 10 ? "N0" : value >= 1 ? "N1" : "N2", CultureInfo.InvariantCulture);

    static string Seconds(Spread seconds) => Duration(seconds.Median) + (seconds.Rounds == 1 ? "" : $" [{Duration(seconds.Min)}–{Duration(seconds.Max)}]");

    static string Duration(double seconds) => seconds switch
    {
        < 1e-6 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e9:N0} ns"),
        < 1e-3 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:N1} µs"),
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:N1} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds:N2} s"),
    };

    static async Task<BenchRun> ReadAsync(string path) =>
        File.Exists(path)
            ? JsonSerializer.Deserialize(await File.ReadAllTextAsync(path), BenchJson.Default.BenchRun)!
            : throw new FileNotFoundException($"There is no {path}: run `make bench` first.", path);
}
