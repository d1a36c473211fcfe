using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Padron.Application.Availability;
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
    const int Connections = 4;

    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(Bench bench)
    {
        var register = await bench.FilledAsync();
        await using var serve = await ServeProcess.StartAsync(register);
        using var client = new HttpClient { BaseAddress = serve.Address, Timeout = Patience };
        var http = new HttpBench(bench, register, client);
        foreach (var path in (string[])["states", "cities", "premium"])
            await http.CountAsync(path);
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
        var latencies = new Latencies();
        await EachAsync(connections, contacts.Take(connections), PostAsync); // opens the connections
        latencies.Clear();
        await Series.AlternateAsync(
            Rounds,
            (series.Measured, () => EachAsync(connections, contacts.Take(count), PostAsync)),
            (series.Beside("the same command without HTTP"), () => EachAsync(connections, contacts.Take(count), contacts.OptOutAsync)),
            (series.Beside("inserting and committing one small row"), () => EachAsync(connections, new PhoneNumber[count], _ => InsertAsync())));
        series.Note = latencies.ToString();
        bench.Add(series.ToFigure());

        Task PostAsync(PhoneNumber phone) => latencies.MeasureAsync(async () =>
        {
            using var answer = await client.PostAsJsonAsync($"/v1/contacts/{phone.MexicanNational}/opt-out", new { reason = "ALTO" });
            answer.EnsureSuccessStatusCode();
        });

        async Task InsertAsync()
        {
            await using var command = register.DataSource.CreateCommand("insert into bench.commits (id) values ($1)");
            command.Parameters.Add(new NpgsqlParameter { Value = Guid.CreateVersion7() });
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Counts while nothing changes, so that the process has kept them.</summary>
    async Task CountAsync(string path)
    {
        const int Calls = 500;
        var queries = register.Get<AvailabilityQueries>();
        var series = new Series(Area, $"availability over HTTP, {path}, {Connections} connections", "requests");
        var latencies = new Latencies();
        await EachAsync(Connections, new PhoneNumber[Connections], _ => GetAsync()); // opens the connections
        latencies.Clear();
        await Series.AlternateAsync(
            Rounds,
            (series.Measured, () => EachAsync(Connections, new PhoneNumber[Calls], _ => GetAsync())),
            (series.Beside("the same counted each time, without HTTP"), () => EachAsync(Connections, new PhoneNumber[Calls / 10], _ => CountAsync())));
        series.Note = latencies.ToString();
        bench.Add(series.ToFigure());

        Task GetAsync() => latencies.MeasureAsync(async () =>
        {
            using var answer = await client.GetAsync($"/v1/availability/{path}");
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
        });

        Task CountAsync() => path switch
        {
            "states" => queries.ByPlaceAsync(SelectionKind.State),
            "cities" => queries.ByPlaceAsync(SelectionKind.City),
            _ => queries.PremiumAsync(),
        };
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
}
