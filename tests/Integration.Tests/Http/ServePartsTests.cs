using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Padron.Api.Configuration;
using Padron.Api.Serve;
using Padron.Application.Extractions;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Http;

/// <summary>Processes that leave parts of the work to each other, as the containers do.</summary>
public sealed class ServePartsTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    readonly DirectoryInfo spool = Directory.CreateTempSubdirectory("padron-spool-");
    readonly HttpClient client = new();
    PadronInstallation? installation;

    [Fact]
    public async Task One_process_answers_and_another_does_the_work()
    {
        await database.GivenVerifiedAsync(3);
        await database.CatchUpAsync();
        await using var api = await StartAsync(ServeParts.Worker | ServeParts.Projections);
        var asked = await client.PostAsJsonAsync(new Uri(api.Urls.Single() + "/v1/extractions"), new { kind = "state", value = "CDMX", amount = 3, format = "txt" });
        asked.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = (await asked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();

        await using var worker = await StartAsync(ServeParts.Http);

        await Eventually.TrueAsync(async () => (await client.GetAsync(new Uri($"{api.Urls.Single()}/v1/extractions/{id}/file"))).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_process_without_http_answers_how_it_is_and_nothing_else()
    {
        await using var worker = await StartAsync(ServeParts.Http);

        (await client.GetAsync(new Uri(worker.Urls.Single() + "/health/ready"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in (string[])["/v1/queue", "/docs/index.html", "/openapi/v1.json"])
            (await client.GetAsync(new Uri(worker.Urls.Single() + path))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await installation!.RunAsync("health", "--url", worker.Urls.Single())).ShouldBeDone().StdOut.ShouldContain("is ready");
    }

    [Fact]
    public async Task A_process_whose_port_is_taken_says_so_in_a_sentence()
    {
        await using var first = await StartAsync(ServeParts.None);

        (await installation!.RunAsync("serve", "--urls", first.Urls.Single())).ShouldHaveFailed(1, $"{first.Urls.Single()} is taken, perhaps by another `padron serve`");
    }

    [Fact]
    public async Task Nobody_is_not_healthy()
    {
        var url = $"http://127.0.0.1:{Ports.Free()}";
        installation!.Environment["PADRON_URLS"] = url + ";http://127.0.0.1:1";
        (await installation.RunAsync("health")).ShouldHaveFailed(1, $"{url}/ does not answer");
    }

    [Fact]
    public async Task A_part_that_is_none_is_bad_usage() =>
        (await installation!.RunAsync("serve", "--without", "http,bots")).ShouldHaveFailed(2, "give any of http, worker, projections, separated by commas");

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose()
    {
        client.Dispose();
        installation?.Dispose();
        spool.Delete(recursive: true);
    }

    async Task<WebApplication> StartAsync(ServeParts without)
    {
        var settings = new PadronSettings { Serve = new() { Urls = "http://127.0.0.1:0", Without = without } };
        var app = PadronApp.Build(database.NewProcess(), PadronDatabase.Key, new ExtractionSpool(spool.FullName), settings, builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        return app;
    }
}
