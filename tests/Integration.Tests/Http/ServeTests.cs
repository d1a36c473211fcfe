using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Padron.Api.Serve;
using Padron.Domain;

namespace Padron.Integration.Tests.Http;

public sealed class ServeTests(PadronHost host) : IClassFixture<PadronHost>
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/docs/index.html")]
    [InlineData("/openapi/v1.json")]
    public async Task It_says_how_it_is_and_what_it_answers(string path) => (await host.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task A_write_tells_its_position_and_a_read_after_it_shows_the_change()
    {
        var phone = (await host.Database.GivenVerifiedAsync(1, firstNational: 5520000001))[0];

        var answer = await host.Client.PostAsJsonAsync($"/v1/contacts/{phone.MexicanNational}/opt-out", new { reason = "ALTO" });
        var position = answer.Headers.GetValues("Padron-Position").Single();
        var contact = await host.Client.GetFromJsonAsync<JsonElement>($"/v1/contacts/{Uri.EscapeDataString(phone.ToString())}?after={position}");

        contact.GetProperty("status").GetString().ShouldBe("OPTED_OUT");
        contact.GetProperty("phoneE164").GetString().ShouldBe(phone.ToString());
    }

    [Fact]
    public async Task A_repeated_opt_out_changes_nothing_and_has_no_position()
    {
        await host.Client.PostAsync("/v1/contacts/5520000002/opt-out", content: null);

        var again = await host.Client.PostAsync("/v1/contacts/5520000002/opt-out", content: null);

        again.Headers.Contains("Padron-Position").ShouldBeFalse();
        var change = await again.Content.ReadFromJsonAsync<JsonElement>();
        change.GetProperty("changed").GetBoolean().ShouldBeFalse();
        change.GetProperty("status").GetString().ShouldBe("opted_out");
    }

    [Fact]
    public async Task History_and_the_state_as_of_a_version_come_from_the_stream_itself()
    {
        await host.Database.GivenVerifiedAsync(1, firstNational: 5520000003);
        await host.Client.PostAsJsonAsync("/v1/contacts/5520000003/opt-out", new { reason = "BAJA" });

        var history = await host.Client.GetFromJsonAsync<JsonElement>("/v1/contacts/5520000003/history");
        var before = await host.Client.GetFromJsonAsync<JsonElement>("/v1/contacts/5520000003/state?version=2");
        var now = await host.Client.GetFromJsonAsync<JsonElement>("/v1/contacts/5520000003/state");

        history.EnumerateArray().Select(entry => entry.GetProperty("type").GetString()).ShouldBe(["contact_imported", "contact_verified", "contact_opted_out"]);
        (before.GetProperty("status").GetString(), now.GetProperty("status").GetString()).ShouldBe(("verified", "opted_out"));
    }

    [Theory]
    [InlineData("GET", "/v1/contacts/5529999999", null, 404, "contact_unknown")]
    [InlineData("GET", "/v1/contacts/nobody", null, 400, "phone_number_invalid")]
    [InlineData("GET", "/v1/contacts/5529999999?after=x", null, 400, "bad_request")]
    [InlineData("POST", "/v1/contacts/5529999999/verify", "{}", 404, "contact_unknown")]
    [InlineData("POST", "/v1/contacts/5529999999/invalidate", """{"reason":"bored"}""", 400, "bad_request")]
    [InlineData("GET", "/v1/imports/00000000-0000-0000-0000-000000000001", null, 404, "import_unknown")]
    [InlineData("POST", "/v1/contacts", """{"phone":"12"}""", 400, "bad_request")]
    [InlineData("POST", "/v1/contacts", """{"phone":"5520000123","state":"Texas"}""", 422, "place_unknown")]
    [InlineData("POST", "/v1/extractions/00000000-0000-0000-0000-000000000001/cancel", null, 404, "extraction_unknown")]
    [InlineData("GET", "/v1/extractions/00000000-0000-0000-0000-000000000001", null, 404, "extraction_unknown")]
    [InlineData("GET", "/v1/extractions/00000000-0000-0000-0000-000000000001/progress", null, 404, "extraction_unknown")]
    public async Task An_error_is_problem_details_with_a_stable_code(string method, string path, string? body, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };

        var answer = await host.Client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("type").GetString().ShouldBe($"urn:padron:problem:{code}");
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_contact_is_added_once_corrected_verified_and_found_by_its_number()
    {
        var added = await host.Client.PostAsJsonAsync("/v1/contacts", new { phone = "55 2000 0009", fullName = "ANA PEÑA" });
        var again = await host.Client.PostAsJsonAsync("/v1/contacts", new { phone = "5520000009" });
        await host.Client.PostAsJsonAsync("/v1/contacts/5520000009/correct", new { fullName = "ANA PEÑA RUIZ", address = "" });
        var verified = await host.Client.PostAsJsonAsync("/v1/contacts/5520000009/verify", new { carrier = "TELCEL" });

        added.StatusCode.ShouldBe(HttpStatusCode.Created);
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var contact = await host.Client.GetFromJsonAsync<JsonElement>($"{added.Headers.Location}?after={verified.Headers.GetValues("Padron-Position").Single()}");
        (contact.GetProperty("fullName").GetString(), contact.GetProperty("status").GetString()).ShouldBe(("ANA PEÑA RUIZ", "VERIFIED"));
    }

    [Fact]
    public async Task A_contact_of_another_country_is_found_where_the_answer_says()
    {
        var added = await host.Client.PostAsJsonAsync("/v1/contacts", new { phone = "+57 300 123 4567", fullName = "ANA PEÑA" });
        var verified = await host.Client.PostAsJsonAsync($"{added.Headers.Location}/verify", new { carrier = "CLARO" });

        added.Headers.Location!.ToString().ShouldBe("/v1/contacts/%2B573001234567");
        verified.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var contact = await host.Client.GetFromJsonAsync<JsonElement>($"{added.Headers.Location}?after={added.Headers.GetValues("Padron-Position").Single()}");
        (contact.GetProperty("phoneE164").GetString(), contact.GetProperty("status").GetString()).ShouldBe(("+573001234567", "UNVERIFIED"));
    }

    [Fact]
    public async Task Coming_back_without_evidence_is_refused()
    {
        await host.Client.PostAsync("/v1/contacts/5520000004/opt-out", content: null);

        var answer = await host.Client.PostAsJsonAsync("/v1/contacts/5520000004/opt-in", new { evidence = " " });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("consent_evidence_required");
    }

    [Fact]
    public async Task No_phone_number_reaches_the_log_whatever_the_request_came_to()
    {
        foreach (var path in new[] { "/v1/contacts/5521212121", "/v1/contacts/%2B525521212121/history", "/v1/contacts/5521212121?after=x", "/v1/contacts/5521212121x", "/nowhere/5521212121" })
            await host.Client.GetAsync(path);
        await host.Client.PostAsync("/v1/contacts/5521212121/opt-out", content: null);
        await host.Client.PostAsJsonAsync("/v1/contacts/5521212121/opt-in", new { evidence = "" });

        host.Log.ShouldContain(line => line.Contains("GET /v1/contacts/{phone}", StringComparison.Ordinal));
        host.Log.ShouldNotContain(line => line.Contains("5521212121", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Availability_is_counted_by_every_kind_of_place()
    {
        await host.Database.GivenVerifiedAsync(2, firstNational: 9995000000, stateCode: "YUC", city: "Mérida");
        var mark = await host.Database.ScalarAsync<long>("select max(seq_id) from events.mt_events");

        foreach (var (path, value) in new[] { ("states", "Yucatán"), ("cities", "merida"), ("municipalities", "MÉRIDA"), ("ladas", "999") })
        {
            var places = await host.Client.GetFromJsonAsync<JsonElement>($"/v1/availability/{path}?value={Uri.EscapeDataString(value)}&after={mark}");
            places.EnumerateArray().ShouldHaveSingleItem().GetProperty("available").GetInt64().ShouldBe(2, path);
        }
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://127.0.0.1:1;http://192.168.1.1:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://padron.example:80")]
    public void It_listens_to_this_machine_only(string urls) => Should.Throw<Exception>(() => PadronApp.RequireLoopback(urls))
        .ShouldSatisfyAllConditions(error => (error is RuleViolationException { Code: "loopback_only" } or FormatException).ShouldBeTrue(error.ToString()));

    [Theory]
    [InlineData("http://127.0.0.1:8080;http://[::1]:8080")]
    [InlineData("http://localhost:0")]
    public void It_listens_to_any_address_of_this_machine(string urls) => PadronApp.RequireLoopback(urls);
}
