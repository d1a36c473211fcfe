using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Http;

public sealed class IdempotentRequestTests(PadronHost host) : IClassFixture<PadronHost>
{
    [Fact]
    public async Task The_same_request_again_gets_the_same_answer_and_has_no_effect_twice()
    {
        var key = NewKey();
        var request = new { phone = "5530000001", fullName = "ANA PEÑA" };

        var first = await PostAsync("/v1/contacts", request, key);
        var again = await PostAsync("/v1/contacts", request, key);

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        again.Headers.Location.ShouldBe(first.Headers.Location);
        again.Content.Headers.ContentType.ShouldBe(first.Content.Headers.ContentType);
        again.Headers.GetValues("Padron-Position").ShouldBe(first.Headers.GetValues("Padron-Position"));
        (first.Headers.Contains("Idempotency-Replayed"), again.Headers.Contains("Idempotency-Replayed")).ShouldBe((false, true));
        (await EventsOfAsync(5530000001)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_key_the_same_request_is_another_one()
    {
        (await PostAsync("/v1/contacts", new { phone = "5530000002" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PostAsync("/v1/contacts", new { phone = "5530000002" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("/v1/contacts/5530000003/opt-out", """{"reason":"BAJA"}""")] // another body
    [InlineData("/v1/contacts/5530000004/opt-out", """{"reason":"ALTO"}""")] // another path
    [InlineData("/v1/contacts/5530000003/opt-out?x=1", """{"reason":"ALTO"}""")]
    public async Task Another_request_under_the_same_key_is_refused_and_does_nothing(string path, string body)
    {
        var key = NewKey();
        await PostAsync("/v1/contacts/5530000003/opt-out", new { reason = "ALTO" }, key);

        var answer = await SendAsync(path, body, key);

        await ShouldBeProblemAsync(answer, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        (await EventsOfAsync(5530000004)).ShouldBe(0);
    }

    [Fact]
    public async Task A_request_that_was_refused_may_be_corrected_and_sent_again_under_its_key()
    {
        var key = NewKey();

        var refused = await PostAsync("/v1/contacts", new { phone = "5530000005", state = "Texas" }, key);
        var corrected = await PostAsync("/v1/contacts", new { phone = "5530000005", state = "CDMX" }, key);

        await ShouldBeProblemAsync(refused, HttpStatusCode.UnprocessableEntity, "place_unknown");
        corrected.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("\"\"")]
    public async Task A_key_that_is_none_is_refused(string key) =>
        await ShouldBeProblemAsync(await PostAsync("/v1/contacts/5530000006/opt-out", new { }, key), HttpStatusCode.BadRequest, "idempotency_key_invalid");

    [Fact]
    public async Task Quoted_or_not_it_is_the_same_key()
    {
        var key = NewKey();
        await PostAsync("/v1/contacts", new { phone = "5530000007" }, key);

        (await PostAsync("/v1/contacts", new { phone = "5530000007" }, $"\"{key}\"")).Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
    }

    [Fact]
    public async Task Of_sixteen_at_once_one_takes_effect_and_all_get_its_answer()
    {
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PostAsync("/v1/contacts", new { phone = "5530000008" }, key)));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
        answers.Count(answer => !answer.Headers.Contains("Idempotency-Replayed")).ShouldBe(1);
        (await EventsOfAsync(5530000008)).ShouldBe(1);
    }

    [Fact]
    public async Task However_many_wait_for_the_database_they_leave_connections_for_others()
    {
        var pool = new NpgsqlConnectionStringBuilder(host.Database.ConnectionString).MaxPoolSize;
        Task<HttpResponseMessage[]> answers;
        await using (await HoldAnswersAsync())
        {
            answers = Task.WhenAll(Enumerable.Range(0, pool * 3).Select(i => PostAsync("/v1/contacts", new { phone = $"55310{i:D5}" }, NewKey())));
            await Eventually.TrueAsync(async () => await host.Database.ScalarAsync<long>($"select count(*) {WaitingToKeep}") == pool / 2);

            (await host.Client.GetAsync("/v1/availability")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await answers).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created);
    }

    [Fact]
    public async Task When_the_answer_can_not_be_kept_nothing_was_done()
    {
        var key = NewKey();
        await host.Database.ExecuteAsync(
            """
            create function refuse_answers() returns trigger language plpgsql as $$ begin raise exception 'no room for answers'; end $$;
            create trigger refuse_answers before insert on padron.idempotency_keys for each row when (new.key = 'refused') execute function refuse_answers();
            """.Replace("refused", key, StringComparison.Ordinal));

        var failed = await PostAsync("/v1/contacts", new { phone = "5530000009" }, key);
        var events = await EventsOfAsync(5530000009);
        await host.Database.ExecuteAsync("drop function refuse_answers cascade");
        var again = await PostAsync("/v1/contacts", new { phone = "5530000009" }, key);

        failed.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        events.ShouldBe(0);
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_connection_lost_after_the_append_is_begun_again_and_has_one_effect()
    {
        Task<HttpResponseMessage> answer;
        await using (await HoldAnswersAsync())
        {
            answer = PostAsync("/v1/contacts", new { phone = "5530000010" }, NewKey());

            // It has appended by now, and waits to keep its answer: neither is to be seen.
            await Eventually.TrueAsync(async () => await host.Database.ScalarAsync<long>($"select count(pg_terminate_backend(pid)) {WaitingToKeep}") == 1);
            (await EventsOfAsync(5530000010)).ShouldBe(0);
        }

        (await answer).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await EventsOfAsync(5530000010)).ShouldBe(1);
    }

    [Fact]
    public async Task After_a_day_an_answer_is_forgotten()
    {
        var key = NewKey();
        await PostAsync("/v1/contacts/5530000011/opt-out", new { reason = "ALTO" }, key);
        await host.Database.ExecuteAsync("update padron.idempotency_keys set created_at = created_at - interval '1 day' where key = $1", key);

        var later = await PostAsync("/v1/contacts/5530000011/opt-out", new { reason = "ALTO" }, key);
        (await later.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("changed").GetBoolean().ShouldBeFalse(); // decided anew
        await host.Database.ExecuteAsync("update padron.idempotency_keys set created_at = created_at - interval '1 day' where key = $1", key);
        await PostAsync("/v1/contacts/5530000011/opt-out", new { reason = "ALTO" }, NewKey());

        (await host.Database.ScalarAsync<long>("select count(*) from padron.idempotency_keys where key = $1", key)).ShouldBe(0);
    }

    [Fact]
    public async Task An_extraction_asked_for_four_times_under_one_key_is_one_extraction()
    {
        await host.Database.GivenVerifiedAsync(20, firstNational: 8710000000, stateCode: "COAH");
        var position = await host.Database.ScalarAsync<long>("select max(seq_id) from events.mt_events");
        await host.Client.GetAsync($"/v1/availability?after={position}");
        var (key, request) = (NewKey(), new { kind = "state", value = "COAH", amount = 15, format = "txt" });

        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            (await (await PostAsync("/v1/extractions", request, key)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid()));

        var id = ids.Distinct().ShouldHaveSingleItem();
        await Eventually.TrueAsync(async () => (await host.Client.GetAsync($"/v1/extractions/{id}/file")).StatusCode is HttpStatusCode.OK);
        (await host.Database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted'")).ShouldBe(15);
    }

    [Fact]
    public async Task A_dead_letter_is_replayed_once_under_one_key()
    {
        var id = Guid.CreateVersion7();
        await host.Database.ExecuteAsync(
            """
            insert into queue.dead_letters (id, kind, priority, body, attempts, error, failures, created_at)
            values ($1, 'run_extraction', 1, '{"extractionId":"00000000-0000-0000-0000-000000000001"}', 8, 'a test', '[]', now())
            """, id);
        var key = NewKey();

        (await PostAsync($"/v1/queue/dead-letters/{id}/replay", new { }, key)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var again = await PostAsync($"/v1/queue/dead-letters/{id}/replay", new { }, key);

        again.StatusCode.ShouldBe(HttpStatusCode.NoContent); // without the key it would be unknown now
        again.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
    }

    [Fact]
    public async Task Every_POST_is_described_as_taking_a_key()
    {
        var paths = (await host.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json")).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(operation => operation.Name == "post").Select(operation => (path.Name, operation.Value))).ToArray();

        paths.Length.ShouldBe(host.Get<EndpointDataSource>().Endpoints.Count(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") is true));
        paths.ShouldAllBe(path => path.Value.GetProperty("parameters").EnumerateArray().Any(parameter => parameter.GetProperty("name").GetString() == "Idempotency-Key"));
    }

    const string WaitingToKeep =
        "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into padron.idempotency_keys%'";

    // No answer can be kept until the connection is closed.
    async Task<NpgsqlConnection> HoldAnswersAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(host.Database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand("begin; lock table padron.idempotency_keys in exclusive mode", connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    static string NewKey() => Guid.NewGuid().ToString();

    Task<HttpResponseMessage> PostAsync(string path, object body, string? key = null) => SendAsync(path, JsonSerializer.Serialize(body, JsonSerializerOptions.Web), key);

    async Task<HttpResponseMessage> SendAsync(string path, string body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await host.Client.SendAsync(request);
    }

    Task<long> EventsOfAsync(long national) => host.Database.ScalarAsync<long>(
        "select count(*) from events.mt_events where stream_id = $1", PadronDatabase.Key.IdOf(Domain.Numbering.PhoneNumber.Mexican(national)));

    static async Task ShouldBeProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }
}
