using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Padron.Application.Extractions;
using Padron.Benchmarks.Harness;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks;

/// <summary>
/// What a client of <c>padron serve</c> sees, over loopback, beside the same work without HTTP and beside the disk: the process that serves projects and
/// works off its queue meanwhile, on the same machine as this client.
/// </summary>
sealed class HttpBench(Bench bench, Register register, HttpClient client)
{
    public const string Area = "http";

    const int Rounds = 3;

    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        await using var serve = await ServeProcess.StartAsync(register);
        using var client = new HttpClient { BaseAddress = serve.Address, Timeout = Patience };
        var http = new HttpBench(bench, register, client);
        await register.ExecuteAsync("create table bench.commits (id uuid not null, at timestamptz not null default now())");
        await http.OptOutAsync(connections: 1, (int)Math.Min(500, bench.Rows / 200));
        await http.OptOutAsync(connections: 16, (int)Math.Min(2_000, bench.Rows / 50));
        foreach (var amount in ExtractionBench.Amounts)
            await http.ExtractAsync(amount);
        await register.CatchUpAsync();
    }

    async Task OptOutAsync(int connections, int count)
    {
        var contacts = await Contacts.ChooseAsync(register, 2 * Rounds * count + connections);
        var series = new Series(Area, $"opt out over HTTP, {connections} connection{(connections == 1 ? "" : "s")}", "requests");
        var latencies = new ConcurrentBag<double>();
        await EachAsync(connections, contacts.Take(connections), PostAsync); // opens the connections
        latencies.Clear();
        await Series.AlternateAsync(
            Rounds,
            (series.Measured, () => EachAsync(connections, contacts.Take(count), PostAsync)),
            (series.Beside("the same command without HTTP"), () => EachAsync(connections, contacts.Take(count), contacts.OptOutAsync)),
            (series.Beside("inserting and committing one small row"), () => EachAsync(connections, new PhoneNumber[count], _ => InsertAsync())));
        series.Note = Percentiles(latencies);
        bench.Add(series.ToFigure());

        async Task PostAsync(PhoneNumber phone)
        {
            var watch = Stopwatch.GetTimestamp();
            using var answer = await client.PostAsJsonAsync($"/v1/contacts/{phone.MexicanNational}/opt-out", new { reason = "ALTO" });
            answer.EnsureSuccessStatusCode();
            latencies.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
        }

        async Task InsertAsync()
        {
            await using var command = register.DataSource.CreateCommand("insert into bench.commits (id) values ($1)");
            command.Parameters.Add(new NpgsqlParameter { Value = Guid.CreateVersion7() });
            await command.ExecuteNonQueryAsync();
        }
    }

    async Task ExtractAsync(int amount)
    {
        var work = $"extract {amount:N0} of a state, from POST to the file's last byte";
        var selection = await ExtractionBench.BestStateAsync(register);
        var rounds = Math.Min(Rounds, await ExtractionBench.RoundsAsync(register, selection, amount));
        if (rounds == 0)
        {
            bench.Skip(Area, work, "the register has too few");
            return;
        }

        var series = new Series(Area, work, "contacts");
        var direct = series.Beside("the same in process, without request, queue and download");
        var extract = register.Get<ExtractContactsHandler>();
        for (var round = 0; round < rounds; round++)
        {
            var path = Path.Combine(register.Directory, $"http-{amount}-{round}.txt");
            (Track, Func<Task<double>>)[] works =
            [
                (series.Measured, () => PostAndDownloadAsync(selection, amount)),
                (direct, async () => (await extract.HandleAsync(new(selection, amount, ExtractionFormat.Txt, path, Seed: null, "bench"))).Obtained),
            ];
            await Series.AlternateAsync(rounds: 1, round % 2 == 0 ? works : [.. works.Reverse()]);
            await register.CatchUpAsync();
        }

        bench.Add(series.ToFigure());
    }

    /// <summary>Asks for contacts, and for the file until it is there.</summary>
    /// <returns>Lines of the file.</returns>
    async Task<double> PostAndDownloadAsync(Selection selection, int amount)
    {
        using var accepted = await client.PostAsJsonAsync("/v1/extractions", new { kind = "state", value = selection.StateCode, amount, format = "txt" });
        accepted.EnsureSuccessStatusCode();
        var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            using var file = await client.GetAsync($"/v1/extractions/{id}/file");
            if (file.IsSuccessStatusCode)
                return (await file.Content.ReadAsStringAsync()).AsSpan().Count('\n');
            if (file.StatusCode is not (HttpStatusCode.Conflict or HttpStatusCode.NotFound)) // not delivered yet
                file.EnsureSuccessStatusCode();
            await Task.Delay(PollInterval);
        }

        throw new TimeoutException($"Extraction {id} was not delivered: does the process that serves work off its queue?");
    }

    static async Task<double> EachAsync(int connections, PhoneNumber[] phones, Func<PhoneNumber, Task> run)
    {
        await Parallel.ForEachAsync(phones, new ParallelOptions { MaxDegreeOfParallelism = connections }, async (phone, _) => await run(phone));
        return phones.Length;
    }

    static string Percentiles(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"half within {At(0.5):N1} ms, 99 % within {At(0.99):N1} ms");
        double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
