using Spectre.Console;

namespace Padron.Benchmarks.Harness;

/// <summary>
/// Two runs, by ratio: how fast the work was by what stood beside it, then and now. Machines and their neighbours differ between runs, and
/// both sides of a ratio feel it; what has nothing beside it is shown as what it is, a noisy figure.
/// </summary>
static class Difference
{
    public static void Show(BenchRun before, BenchRun now)
    {
        var old = before.Figures.ToDictionary(figure => figure.Key, StringComparer.Ordinal);
        var table = Report.Table($"{before.At:yyyy-MM-dd} and now, {now.Rows:N0} rows", "area", "work", "beside", "then", "now", "change");
        foreach (var figure in now.Figures)
        {
            if (!old.TryGetValue(figure.Key, out var past))
            {
                table.AddRow(Report.Cells(figure.Area, figure.Work, "", "", $"{Report.Number(figure.Rate.Median)} {figure.Unit}/s", "new"));
                continue;
            }

            foreach (var beside in figure.Beside)
            {
                if (past.Beside.FirstOrDefault(other => other.Work == beside.Work) is { } then)
                    table.AddRow(Report.Cells(figure.Area, figure.Work, beside.Work, $"{Report.Factor(then.Speed.Median)}×", $"{Report.Factor(beside.Speed.Median)}×", Change(then.Speed, beside.Speed)));
            }

            if (figure.Beside.Count == 0)
                table.AddRow(Report.Cells(figure.Area, figure.Work, "(noisy: nothing beside it)", $"{Report.Number(past.Rate.Median)}/s", $"{Report.Number(figure.Rate.Median)}/s", Change(past.Rate, figure.Rate)));
            if (figure.BytesPerCall is { } bytes && past.BytesPerCall is { } pastBytes)
                table.AddRow(Report.Cells(figure.Area, figure.Work, "allocated", $"{pastBytes:N0} bytes", $"{bytes:N0} bytes", bytes == pastBytes ? "same" : $"{bytes - pastBytes:+#,0;-#,0}"));
        }

        foreach (var gone in before.Figures.Where(figure => now.Figures.All(other => other.Key != figure.Key)))
            table.AddRow(Report.Cells(gone.Area, gone.Work, "", $"{Report.Number(gone.Rate.Median)} {gone.Unit}/s", "", "not measured"));
        AnsiConsole.Write(table);
    }

    // Two ranges that share a value are no difference: the next run may have it the other way round.
    static string Change(Spread then, Spread now)
    {
        var change = $"{now.Median / then.Median - 1:+0%;-0%;0%}";
        return then.Rounds > 1 && now.Rounds > 1 && now.Min <= then.Max && then.Min <= now.Max ? change + " (within noise)" : change;
    }
}
