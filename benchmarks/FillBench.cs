using Padron.Adapters.Samples;
using Padron.Application.Imports;
using Padron.Application.Numbering;
using Padron.Benchmarks.Harness;

namespace Padron.Benchmarks;

/// <summary>
/// Fills the register: with one sample, as the customer does, or with a few of a share of the rows each, to measure import and projection as it grows.
/// </summary>
sealed class FillBench(Bench bench, Register register)
{
    public const string Import = "import";
    public const string Projection = "projection";

    const int Rounds = 3;

    public async Task RunAsync()
    {
        var import = bench.Measures(Import) ? await ImportRounds.CreateAsync(register) : null;
        var projection = bench.Measures(Projection) ? await ProjectionRounds.CreateAsync(register) : null;
        var reimport = import is null ? null : new ReimportRounds(register);
        var samples = import is null && projection is null ? 1 : Rounds;
        var written = new Series(Import, "write the sample", "rows");
        for (var seed = 1; seed <= samples; seed++)
        {
            var sample = new SampleOptions { DatabasePath = Path.Combine(register.Directory, $"sample-{seed}.db"), Rows = bench.Rows / samples, Seed = seed };
            await written.Measured.MeasureAsync(async () => (await SampleWriter.WriteAsync(sample)).RowsRead);
            await register.Get<LoadNumberingPlanHandler>().HandleAsync(Path.ChangeExtension(sample.DatabasePath, ".plan.csv"), TimeProvider.System.GetUtcNow());

            if (import is not null)
                await import.RunAsync(sample.DatabasePath);
            else
                await register.Get<ImportContactsHandler>().HandleAsync(new(sample.DatabasePath, Resume: false, "bench"));
            if (projection is not null)
                await projection.RunAsync();
            else
                await register.CatchUpAsync();
            if (reimport is not null)
                await reimport.RunAsync(sample.DatabasePath, sample.Rows, seed + samples);
            File.Delete(sample.DatabasePath);
        }

        if (import is not null)
            await import.DropTablesAsync();
        await register.ExecuteAsync("vacuum analyze"); // as autovacuum does in a few minutes
        register.IsFilled = true;
        if (import is not null)
        {
            bench.Add(written.ToFigure());
            bench.Add(import.Series.ToFigure());
            bench.Add(reimport!.Series.ToFigure(reimport.Limit));
        }

        if (projection is not null)
            bench.Add(projection.Series.ToFigure());
    }
}
