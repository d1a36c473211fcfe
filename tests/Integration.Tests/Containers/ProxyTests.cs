using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Http;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Containers;

/// <summary>The door of an installation: the real proxy before the real API.</summary>
public sealed class ProxyTests(PadronHost host) : IClassFixture<PadronHost>
{
    [NeedsFact("nginx", "openssl")]
    public async Task Nobody_gets_in_without_the_clients_password()
    {
        await using var proxy = await Proxy.StartAsync(host.Client.BaseAddress!);

        foreach (var path in (string[])["/v1/queue", "/health", "/docs/index.html", "/v1/imports/00000000-0000-0000-0000-000000000001/progress"])
        {
            (await SendAsync(proxy, path, password: null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await SendAsync(proxy, path, password: "guessed")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        (await SendAsync(proxy, "/v1/queue", proxy.Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var plain = await Should.ThrowAsync<Exception>(async () =>
            (await host.Client.GetAsync(new Uri($"http://localhost:{proxy.Address.Port}/v1/queue"))).EnsureSuccessStatusCode());
        plain.Message.ShouldContain("400");
    }

    [NeedsFact("nginx", "openssl")]
    public async Task Files_are_served_in_ranges_and_problems_come_through()
    {
        await host.Database.GivenVerifiedAsync(20, firstNational: 3320000000, stateCode: "JAL");
        await using var proxy = await Proxy.StartAsync(host.Client.BaseAddress!);
        var position = await host.Database.ScalarAsync<long>("select max(seq_id) from events.mt_events");
        (await SendAsync(proxy, $"/v1/availability?after={position}", proxy.Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var request = Request(proxy, "/v1/extractions", proxy.Password);
        (request.Method, request.Content) = (HttpMethod.Post, JsonContent.Create(new { kind = "state", value = "JAL", amount = 10, format = "txt" }));

        using var accepted = await proxy.Client.SendAsync(request);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var file = $"{accepted.Headers.Location}/file";
        await Eventually.TrueAsync(async () => (await SendAsync(proxy, file, proxy.Password)).IsSuccessStatusCode);

        using var ranged = Request(proxy, file, proxy.Password);
        ranged.Headers.Range = new RangeHeaderValue(13, 25);
        using var part = await proxy.Client.SendAsync(ranged);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsStringAsync()).ShouldBe((await (await SendAsync(proxy, file, proxy.Password)).Content.ReadAsStringAsync())[13..26]);

        var unknown = await SendAsync(proxy, "/v1/contacts/5529999999", proxy.Password);
        (unknown.StatusCode, unknown.Content.Headers.ContentType!.MediaType).ShouldBe((HttpStatusCode.NotFound, "application/problem+json"));
    }

    [NeedsFact("nginx", "openssl")]
    public async Task Progress_arrives_while_it_is_made()
    {
        var import = Guid.CreateVersion7();
        await host.Database.Store.AppendAsync(import, 0, [new ImportStarted("numeros.db", 1, "sha", 1000, "pnn", DateTimeOffset.UnixEpoch)], EventMetadata.None);
        await host.Database.ExecuteAsync(
            "insert into padron.import_checkpoints (import_id, file_sha256, after_row, tally) values ($1, 'sha', 0, $2::jsonb)",
            import, JsonSerializer.Serialize(ImportTally.Zero, JsonSerializerOptions.Web));
        await using var proxy = await Proxy.StartAsync(host.Client.BaseAddress!);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        // The import never ends, and so neither does the answer: what arrives was not kept back for more.
        using var answer = await proxy.Client.SendAsync(Request(proxy, $"/v1/imports/{import}/progress", proxy.Password), HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(deadline.Token));
        (await lines.ReadLineAsync(deadline.Token)).ShouldBe("event: progress");
    }

    [NeedsFact("nginx", "openssl")]
    public async Task No_number_is_in_what_the_proxy_writes_not_even_when_the_API_is_down()
    {
        await using var proxy = await Proxy.StartAsync(new Uri("http://127.0.0.1:1"));
        (await SendAsync(proxy, "/v1/contacts/5512345678", proxy.Password)).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await SendAsync(proxy, "/v1/contacts/5512345678", "guessed")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        (await proxy.StopAsync()).ShouldNotContain("5512345678");
    }

    static async Task<HttpResponseMessage> SendAsync(Proxy proxy, string path, string? password)
    {
        using var request = Request(proxy, path, password);
        return await proxy.Client.SendAsync(request);
    }

    static HttpRequestMessage Request(Proxy proxy, string path, string? password)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(proxy.Address, path));
        if (password is not null)
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"padron:{password}")));
        return request;
    }
}
