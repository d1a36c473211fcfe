using System.Threading.Channels;

namespace Padron.Adapters.Samples;

/// <summary>Writes a sample: a SQLite file like the customer's, a numbering plan for its numbers, and what an import of the two must come to.</summary>
public static class SampleWriter
{
    /// <summary>Small enough that a batch is no large object: those are collected with the oldest generation only, which took half the time.</summary>
    const int BatchSize = 512;

    /// <summary>How far making rows may run ahead of storing them, in batches. It bounds the memory.</summary>
    const int Ahead = 8;

    /// <param name="options">What to write, and where.</param>
    /// <param name="progress">Told the rows stored so far.</param>
    /// <param name="ct">Stops within a batch of rows.</param>
    /// <returns>What stands in the truth file.</returns>
    /// <exception cref="IOException">A file exists and <see cref="SampleOptions.Overwrite"/> is off; nothing was written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one row, or more than the LADAs have numbers for.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what had been written is deleted again.</exception>
    public static async Task<SampleTruth> WriteAsync(SampleOptions options, IProgress<long>? progress = null, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rows, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MobileShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MobileShare, 1);

        var planPath = options.PlanPath ?? Path.ChangeExtension(options.DatabasePath, ".plan.csv");
        var truthPath = options.TruthPath ?? Path.ChangeExtension(options.DatabasePath, ".truth.json");
        using var files = new StagedFiles(options.Overwrite, options.DatabasePath, planPath, truthPath);

        var geography = Geography.Load();
        var plan = SamplePlan.Draw(geography, options);
        await SamplePlanFile.WriteAsync(StagedFiles.Unfinished(planPath), plan, options.Seed, ct);

        var tally = new TruthTally(geography);
        await FillAsync(StagedFiles.Unfinished(options.DatabasePath), new SampleRows(options, geography, plan, tally), options.Rows, progress, ct);

        var truth = tally.ToTruth(options);
        await truth.WriteAsync(StagedFiles.Unfinished(truthPath), ct);
        SampleDatabase.DeleteJournalsOf(options.DatabasePath);
        files.Finish();
        return truth;
    }

    /// <summary>One task makes the rows and another stores them; a channel between keeps their order.</summary>
    static async Task FillAsync(string path, SampleRows rows, long count, IProgress<long>? progress, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var made = Channel.CreateBounded<SampleRow[]>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var making = Task.Run(() => MakeAsync(rows, count, made.Writer, stop.Token), stop.Token);
        try
        {
            await Task.Run(() => StoreAsync(path, made.Reader, progress, ct), ct);
        }
        finally
        {
            await stop.CancelAsync(); // when storing failed nobody empties the channel
            await making.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its failure reached the reader through the channel
        }
    }

    static async Task MakeAsync(SampleRows rows, long count, ChannelWriter<SampleRow[]> made, CancellationToken ct)
    {
        try
        {
            for (var first = 1L; first <= count; first += BatchSize)
            {
                var batch = new SampleRow[Math.Min(BatchSize, count - first + 1)];
                for (var i = 0; i < batch.Length; i++)
                    batch[i] = rows.Next(first + i);
                await made.WriteAsync(batch, ct);
            }

            made.Complete();
        }
        catch (Exception failure)
        {
            made.Complete(failure);
            throw;
        }
    }

    static async Task StoreAsync(string path, ChannelReader<SampleRow[]> made, IProgress<long>? progress, CancellationToken ct)
    {
        using var database = SampleDatabase.Create(path);
        var stored = 0L;
        await foreach (var batch in made.ReadAllAsync(ct))
        {
            foreach (ref readonly var row in batch.AsSpan())
                database.Numeros.Execute(in row);
            stored += batch.Length;
            progress?.Report(stored);
        }

        database.Complete();
    }
}
