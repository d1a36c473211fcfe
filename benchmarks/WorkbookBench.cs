using Padron.Application.Availability;
using Padron.Application.Extractions;
using Padron.Application.Segments;
using Padron.Benchmarks.Harness;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Segments;

namespace Padron.Benchmarks;

/// <summary>The workbook of a million contacts, which were claimed before: how long it takes, and how much memory a process that writes it.</summary>
static class WorkbookBench
{
    public const string Area = "xlsx";

    const int Rounds = 3;
    const int Most = 1_000_000;
    const int Fewest = 10_000;
    const double MebibytesLimit = 200;

    static readonly TimeSpan LimitOfAMillion = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        var amount = (int)Math.Min(Most, (await register.Get<AvailabilityQueries>().ByStatusAsync()).GetValueOrDefault("VERIFIED"));
        if (amount < Fewest)
        {
            bench.Skip(Area, "write a workbook", "the register has too few");
            return;
        }

        var segment = SegmentName.Parse("bench-workbook");
        var verified = new SegmentFilter { Statuses = [ContactStatus.Verified] };
        await register.Get<SegmentHandler>().DefineAsync(segment, verified, "bench");
        var extract = register.Get<ExtractContactsHandler>();
        var first = await extract.HandleAsync(
            new(Selection.Of(segment, verified, TimeProvider.System.GetUtcNow()), amount, ExtractionFormat.Xlsx, PathOf("first"), Seed: null, "bench"));
        await register.CatchUpAsync();
        await register.ExecuteAsync("vacuum analyze"); // as autovacuum does in a few minutes

        var series = new Series(Area, $"write a workbook of {first.Obtained:N0} contacts, claimed before", "contacts");
        var round = 0;
        await Series.AlternateAsync(
            Rounds,
            (series.Measured, async () => (await extract.ResumeAsync(first.ExtractionId, PathOf($"{round++}"), "bench")).Obtained),
            (series.Beside("COPY of the same rows to a file"), () => CopyAsync(register, first.ExtractionId)));
        var memory = await PadronProcess.RunAsync(register, "extractions", "resume", first.ExtractionId.ToString(), "--out", PathOf("process"));
        series.Note = $"{new FileInfo(PathOf("first")).Length / Math.Pow(2, 20):N0} MiB";
        bench.Add(series.ToFigure(
        [
            series.Limit(LimitOfAMillion * ((double)first.Obtained / Most)),
            .. memory is { } bytes ? [new Limit("memory", MebibytesLimit, bytes / Math.Pow(2, 20), "MiB")] : Array.Empty<Limit>(),
        ]));

        string PathOf(string name) => Path.Combine(register.Directory, $"workbook-{name}.xlsx");
    }

    static async Task<double> CopyAsync(Register register, Guid extraction)
    {
        var path = Path.Combine(register.Directory, "workbook.copy");
        await register.DumpAsync(
            $"""
            select c.phone_e164, c.full_name, c.city, c.municipality, c.state_name, c.lada
              from padron.extraction_contacts x join read.contacts c on c.id = x.contact_id
             where x.extraction_id = '{extraction}' order by x.ordinal
            """,
            path);
        File.Delete(path);
        return await register.ScalarAsync<long>("select count(*) from padron.extraction_contacts where extraction_id = $1", extraction);
    }
}
