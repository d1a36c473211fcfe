using Padron.Benchmarks;
using Padron.Benchmarks.Harness;

// run (the default) measures, diff compares out/bench.json with the last committed results of its size, keep makes it the committed ones.
try
{
    switch (args)
    {
        case [] or ["run"]:
            await RunAsync();
            return 0;
        case ["diff"]:
            await DiffAsync();
            return 0;
        case ["keep"]:
            Console.WriteLine($"Kept as {await Report.KeepAsync()}: commit it.");
            return 0;
        default:
            await Console.Error.WriteLineAsync("Usage: run | diff | keep. ROWS and ONLY choose what run measures.");
            return 2;
    }
}
catch (Exception error) when (error is FormatException or FileNotFoundException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}

static async Task RunAsync()
{
    (string Area, Func<Bench, Task> RunAsync)[] areas =
    [
        (LoadBench.Area, LoadBench.RunAsync),
        (FillBench.Import, bench => bench.FilledAsync()),
        (FillBench.Projection, bench => bench.FilledAsync()),
        (RebuildBench.Area, RebuildBench.RunAsync),
        (StatusBench.Area, StatusBench.RunAsync),
        (AppendBench.Area, AppendBench.RunAsync),
        (AvailabilityBench.Area, AvailabilityBench.RunAsync),
        (SegmentBench.Area, SegmentBench.RunAsync),
        (SearchBench.Area, SearchBench.RunAsync),
        (ExtractionBench.Area, ExtractionBench.RunAsync),
        (OptOutBench.Area, OptOutBench.RunAsync),
        (HttpBench.Area, HttpBench.RunAsync),
        (QueueBench.Area, QueueBench.RunAsync),
        (WorkbookBench.Area, WorkbookBench.RunAsync), // last: it takes every contact that can be extracted
    ];
    await using var bench = Bench.FromEnvironment([.. InProcessBench.Areas, .. areas.Select(area => area.Area)]);
    InProcessBench.Run(bench);
    foreach (var (area, run) in areas)
    {
        if (bench.Measures(area))
            await run(bench);
    }

    var ended = await bench.EndAsync();
    await Report.WriteAsync(ended);
    Report.Show(ended);
    Console.WriteLine($"Written to {Report.Latest}; `make bench-diff` compares it with the last committed results, `make bench-keep` makes it those.");
}

static async Task DiffAsync()
{
    var now = await Report.ReadLatestAsync();
    if (await Report.ReadCommittedAsync(now.Rows) is { } before)
        Difference.Show(before, now);
    else
        Console.WriteLine($"No results of {now.Rows:N0} rows are committed in benchmarks/results: nothing to compare with.");
}
