using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Padron.Integration.Tests.Http;

public sealed class SegmentEndpointTests(PadronHost host) : IClassFixture<PadronHost>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        if (await host.Database.ScalarAsync<long>("select count(*) from events.mt_streams") > 0)
            return;
        await host.Database.GivenVerifiedAsync(30, firstNational: 8110000000, stateCode: "NL", city: "Monterrey");
        await host.Database.GivenVerifiedAsync(20, firstNational: 3310000000, stateCode: "JAL", city: "Guadalajara");
        await host.Database.CatchUpAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_segment_is_made_read_counted_paged_changed_and_removed()
    {
        var made = await PostAsync("/v1/segments", """{"name":"Norte","filter":{"cities":["monterrey"],"statuses":["verified"]}}""", HttpStatusCode.Created);
        made.GetProperty("filter").GetRawText().ShouldBe("""{"cities":["MONTERREY"],"statuses":["verified"]}""");
        (await PostAsync("/v1/segments", """{"name":"norte","filter":{"cities":["MONTERREY"],"statuses":["verified"]}}""", HttpStatusCode.OK)).GetProperty("changed").GetBoolean().ShouldBeFalse();

        (await GetAsync("/v1/segments/norte")).GetProperty("filter").GetRawText().ShouldBe("""{"cities":["MONTERREY"],"statuses":["verified"]}""");
        (await GetAsync($"/v1/segments?after={made.GetProperty("position")}")).EnumerateArray().Select(segment => segment.GetProperty("name").GetString()).ShouldContain("norte");
        (await GetAsync("/v1/segments/norte/count")).GetRawText().ShouldBe("""{"contacts":30,"available":30,"fromCounts":true}""");

        var page = await GetAsync("/v1/segments/norte/contacts?limit=20");
        var rest = await GetAsync($"/v1/segments/norte/contacts?limit=20&cursor={page.GetProperty("cursor").GetString()}");
        rest.TryGetProperty("cursor", out _).ShouldBeFalse();
        page.GetProperty("contacts").EnumerateArray().Concat(rest.GetProperty("contacts").EnumerateArray()).Select(contact => contact.GetProperty("phoneE164").GetString()).Distinct().Count().ShouldBe(30);

        var changed = await host.Client.PutAsync("/v1/segments/norte", Json("""{"ladas":["33"]}"""));
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync("/v1/segments/norte/count")).GetProperty("contacts").GetInt64().ShouldBe(20);
        (await host.Client.DeleteAsync("/v1/segments/norte")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await host.Client.DeleteAsync("/v1/segments/norte")).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("changed").GetBoolean().ShouldBeFalse();
        (await host.Client.GetAsync("/v1/segments/norte")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("POST", "/v1/segments", """{"name":"a b","filter":{"sentAtMost":1}}""", 422, "segment_name_invalid")]
    [InlineData("POST", "/v1/segments", """{"name":"x","filter":{}}""", 422, "segment_filter_empty")]
    [InlineData("POST", "/v1/segments", """{"name":"x"}""", 400, "bad_request")]
    [InlineData("POST", "/v1/segments", """{"name":"x","filter":{"citys":["monterrey"]}}""", 400, "bad_request")]
    [InlineData("POST", "/v1/segments", """{"name":"x","filter":{"statuses":["asleep"]}}""", 400, "bad_request")]
    [InlineData("POST", "/v1/segments", """{"name":"x","filter":{"cities":["Wuppertal"]}}""", 422, "place_unknown")]
    [InlineData("POST", "/v1/segments", """{"name":"x","filter":{"income":{"from":2,"below":1}}}""", 422, "segment_income_invalid")]
    [InlineData("PUT", "/v1/segments/nobody", """{"sentAtMost":1}""", 404, "segment_unknown")]
    [InlineData("GET", "/v1/segments/nobody/count", null, 404, "segment_unknown")]
    [InlineData("GET", "/v1/segments/nobody/contacts", null, 404, "segment_unknown")]
    [InlineData("DELETE", "/v1/segments/nobody", null, 404, "segment_unknown")]
    [InlineData("POST", "/v1/extractions", """{"kind":"segment","value":"nobody","amount":1,"format":"txt"}""", 404, "segment_unknown")]
    public async Task What_is_refused_says_why(string method, string path, string? body, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : Json(body) };

        var answer = await host.Client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task A_body_with_a_name_that_nobody_knows_is_told_where_it_stands() =>
        (await PostAsync("/v1/segments", """{"name":"x","filter":{"citys":["monterrey"]}}""", HttpStatusCode.BadRequest)).GetProperty("detail").GetString()
            .ShouldBe("The body can't be read at $.filter.citys: /docs shows what may stand there.");

    [Fact]
    public async Task A_mistyped_place_is_taken_and_said_when_it_is_looked_at_and_suggested_when_it_is_asked_for()
    {
        (await GetAsync("/v1/availability/cities?value=Guadaljara")).GetRawText()
            .ShouldBe("""[{"value":"GUADALAJARA","stateCode":"JAL","available":20,"total":20,"low":true,"takenFor":"Guadaljara"}]""");

        var refused = await PostAsync("/v1/extractions", """{"kind":"city","value":"Guadaljara","amount":1,"format":"txt"}""", HttpStatusCode.UnprocessableEntity);
        refused.GetProperty("code").GetString().ShouldBe("place_unknown");
        refused.GetProperty("suggestions").GetRawText().ShouldBe("""[{"value":"GUADALAJARA","stateCode":"JAL","available":20}]""");
    }

    [Fact]
    public async Task An_extraction_of_a_segment_is_accepted_and_warns_when_it_leaves_few()
    {
        await PostAsync("/v1/segments", """{"name":"mty","filter":{"ladas":["81"]}}""", HttpStatusCode.Created);

        var accepted = await PostAsync("/v1/extractions", """{"kind":"segment","value":"mty","amount":3,"format":"txt"}""", HttpStatusCode.Accepted);

        accepted.GetProperty("warning").GetRawText().ShouldBe("""{"left":27,"threshold":1000,"message":"Only 27 contacts are left of segment mty, fewer than 1,000.","code":"low_availability"}""");
        await PostAsync($"/v1/extractions/{accepted.GetProperty("id").GetGuid()}/cancel", "{}", HttpStatusCode.Accepted, HttpStatusCode.Conflict);
    }

    async Task<JsonElement> GetAsync(string path) => await host.Client.GetFromJsonAsync<JsonElement>(path);

    async Task<JsonElement> PostAsync(string path, string body, params HttpStatusCode[] expected)
    {
        var answer = await host.Client.PostAsync(path, Json(body));
        expected.ShouldContain(answer.StatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
