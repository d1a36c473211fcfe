using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Padron.Adapters.Imports;
using Padron.Adapters.Postgres;
using Padron.Adapters.Samples;
using Padron.Api;
using Padron.Application.Extractions;
using Padron.Application.Imports;
using Padron.Application.Installation;
using Padron.Application.Numbering;
using Padron.Benchmarks;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Projections;

// Measures the main job on this machine, each figure beside its limit or the naive form of the same work, in the same run.
var rows = args is [var text, ..] ? long.Parse(text, CultureInfo.InvariantCulture) : 100_000;
var directory = Directory.CreateTempSubdirectory("padron-bench-").FullName;
if (!OperatingSystem.IsWindows()) // the private server's own user must get through
    File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
var figures = new List<Figure>();
try
{
    await using var cluster = await PrivateCluster.AttachAsync(new PrivateClusterOptions(Path.Combine(directory, "data")), CancellationToken.None);
    await using var dataSource = NpgsqlDataSource.Create(cluster.ConnectionString);
    var key = new ContactKey(new byte[ContactKey.Size]);
    await using var services = new ServiceCollection().AddPadron(dataSource).AddContacts(key).BuildServiceProvider();
    await services.GetRequiredService<Installer>().InstallAsync(key);
    var sample = new SampleOptions { DatabasePath = Path.Combine(directory, "sample.db"), PlanPath = Path.Combine(directory, "plan.csv"), Rows = rows };

    await NumberReading.ReadAsync(NumberReading.Foreign); // loads the regions
    await MeasureAsync("understand numbers of Mexico", "numbers/s", NumberReading.Count, () => NumberReading.ReadAsync(NumberReading.Mexican));
    await MeasureAsync("understand numbers of twelve other countries", "numbers/s", NumberReading.Count, () => NumberReading.ReadAsync(NumberReading.Foreign));

    await MeasureAsync("write the sample", "rows/s", rows, async () => await SampleWriter.WriteAsync(sample));
    await services.GetRequiredService<LoadNumberingPlanHandler>().HandleAsync(sample.PlanPath, TimeProvider.System.GetUtcNow());

    var limit = await MeasureAsync("read and classify the rows, store nothing", "rows/s", rows, ReadOnlyAsync);
    await MeasureAsync("import", "rows/s", rows, async () => await services.GetRequiredService<ImportContactsHandler>().HandleAsync(new(sample.DatabasePath, Resume: false, "bench")), limit, "reading alone");

    var daemon = services.GetRequiredService<ProjectionDaemon>();
    var events = (await daemon.StatusAsync())[0].HighWaterMark;
    await MeasureAsync("project", "events/s", events, async () => await daemon.CatchUpAsync(TimeSpan.FromMinutes(10)));
    await MeasureAsync("rebuild contacts", "events/s", events, async () => await daemon.RebuildAsync(Projection.All[0]));

    foreach (var amount in (int[])[1, 1_000, 10_000])
    {
        if (amount > rows / 20)
            break;
        var naive = await MeasureAsync($"choose {amount} with order by random(), claim none", "contacts/s", amount, () => NaiveAsync(amount));
        var path = Path.Combine(directory, $"{amount}.txt");
        await MeasureAsync(
            $"extract {amount}, from request to file", "contacts/s", amount,
            async () => await services.GetRequiredService<ExtractContactsHandler>().HandleAsync(new(new Selection(SelectionKind.State, StateCode: "CDMX"), amount, ExtractionFormat.Txt, path, Seed: null, "bench")),
            naive, "order by random()");
        await daemon.CatchUpAsync(TimeSpan.FromMinutes(1));
    }

    // Optional work that only reads: what the import's own two threads could do without PostgreSQL.
    async Task ReadOnlyAsync()
    {
        var plan = await services.GetRequiredService<NumberingPlanStore>().ReadAsync();
        var reading = new RowReading(plan, "bench", Guid.Empty, TimeProvider.System.GetUtcNow());
        await using var source = new SqliteContactSourceOpener().Open(sample.DatabasePath);
        foreach (var batch in source.Read(ImportCheckpoint.BeforeFirstRow, 10_000))
        {
            foreach (var row in batch)
                reading.Read(row);
        }
    }

    // The customer's statement for a state (fase 2, "Extracción por Estado/Ciudad"), which only chooses.
    async Task NaiveAsync(int amount)
    {
        await using var command = dataSource.CreateCommand(
            "select id, phone_national, city, state_name, lada from read.contacts where status = 'VERIFIED' and opt_out_at is null and state_name ilike $1 order by random() limit $2");
        command.Parameters.Add(new() { Value = "Ciudad de México" });
        command.Parameters.Add(new() { Value = amount });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            _ = reader.GetGuid(0);
    }
}
finally
{
    Directory.Delete(directory, recursive: true);
}

Directory.CreateDirectory("out");
await File.WriteAllTextAsync("out/bench.json", JsonSerializer.Serialize(figures, new JsonSerializerOptions { WriteIndented = true }));
Console.WriteLine("\nWritten to out/bench.json");

async Task<double> MeasureAsync(string work, string unit, long count, Func<Task> run, double? beside = null, string? what = null)
{
    var watch = Stopwatch.StartNew();
    await run();
    var rate = count / watch.Elapsed.TotalSeconds;
    figures.Add(new(work, rate, unit, watch.Elapsed.TotalSeconds, beside is { } other ? rate / other : null, what));
    Console.WriteLine($"{work,-48} {rate,14:N0} {unit,-11} {watch.Elapsed.TotalSeconds,8:N2} s{(beside is { } limit ? $"   {rate / limit:N2} of {what}" : "")}");
    return rate;
}

namespace Padron.Benchmarks
{
    /// <summary>One figure.</summary>
    /// <param name="Work">What was done.</param>
    /// <param name="Rate">Units a second.</param>
    /// <param name="Unit">The unit.</param>
    /// <param name="Seconds">How long it took.</param>
    /// <param name="Ratio">Rate by the rate of what it stands beside.</param>
    /// <param name="Beside">What it stands beside: its limit, or the naive form.</param>
    sealed record Figure(string Work, double Rate, string Unit, double Seconds, double? Ratio, string? Beside);
}
