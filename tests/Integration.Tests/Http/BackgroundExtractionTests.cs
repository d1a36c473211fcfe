using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Padron.Application.Extractions;
using Padron.Domain.Extractions;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Integration.Tests.Http;

public sealed class BackgroundExtractionTests(PadronHost host) : IClassFixture<PadronHost>
{
    [Fact]
    public async Task An_extraction_that_was_asked_for_is_claimed_written_and_served_in_ranges()
    {
        await GivenAsync("JAL", firstNational: 3310000000, 40);

        var id = await CreateAsync(new { kind = "state", value = "Jalisco", amount = 25, format = "txt" });
        await DeliveredAsync(id);

        var file = await host.Client.GetAsync($"/v1/extractions/{id}/file");
        var text = await file.Content.ReadAsStringAsync();
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count().ShouldBe(25);
        using var ranged = new HttpRequestMessage(HttpMethod.Get, $"/v1/extractions/{id}/file") { Headers = { Range = new RangeHeaderValue(13, 25) } };
        var part = await host.Client.SendAsync(ranged);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsStringAsync()).ShouldBe(text[13..26]);
        (await host.Client.GetFromJsonAsync<JsonElement>("/v1/queue")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task More_than_there_is_is_refused_at_once_and_nothing_is_queued()
    {
        await GivenAsync("COL", firstNational: 3120000000, 3);

        var answer = await host.Client.PostAsJsonAsync("/v1/extractions", new { kind = "state", value = "Colima", amount = 4, format = "xlsx" });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("too_few_contacts");
    }

    [Fact]
    public async Task A_message_that_comes_again_after_the_file_was_written_changes_nothing()
    {
        await GivenAsync("NAY", firstNational: 3110000000, 10);
        var id = await CreateAsync(new { kind = "state", value = "NAY", amount = 5, format = "txt" });
        await DeliveredAsync(id);
        var before = await host.Client.GetStringAsync($"/v1/extractions/{id}/file");

        await host.Get<DurableQueue>().EnqueueAsync([new QueueMessage(new RunExtraction(id))], EventMetadata.None);
        await Eventually.TrueAsync(async () => (await host.Get<DurableQueue>().StatusAsync()).Count == 0);

        (await host.Client.GetStringAsync($"/v1/extractions/{id}/file")).ShouldBe(before);
        (await host.Database.ScalarAsync<long>("select count(*) from padron.extraction_contacts where extraction_id = $1", id)).ShouldBe(5);
    }

    [Fact]
    public async Task A_file_that_a_killed_try_left_unrecorded_is_written_again()
    {
        await GivenAsync("SIN", firstNational: 6671000000, 10);
        var id = Guid.CreateVersion7();
        var request = new ExtractionRequested(new Selection(SelectionKind.State, StateCode: "SIN"), 4, ExtractionFormat.Txt, Seed: null, "test", DateTimeOffset.UnixEpoch);
        await host.Database.Store.AppendAsync(id, 0, [request, new ExtractionDeliveryStarted(DateTimeOffset.UnixEpoch)], EventMetadata.None);
        host.Get<ExtractionSpool>().Clear(id, ExtractionFormat.Txt);
        await File.WriteAllTextAsync(host.Get<ExtractionSpool>().PathOf(id, ExtractionFormat.Txt), "left by a process that was killed before it could say so\n");

        await host.Get<DurableQueue>().EnqueueAsync([new QueueMessage(new RunExtraction(id))], EventMetadata.None);
        await DeliveredAsync(id);

        (await host.Client.GetStringAsync($"/v1/extractions/{id}/file")).ShouldBe(""); // its manifest is empty, and so is the file
    }

    [Fact]
    public async Task A_cancelled_extraction_gives_its_contacts_back_behind_the_answer()
    {
        await GivenAsync("TLAX", firstNational: 2461000000, 10);
        var id = Guid.CreateVersion7();
        var request = new ExtractionRequested(new Selection(SelectionKind.State, StateCode: "TLAX"), 6, ExtractionFormat.Txt, Seed: null, "test", DateTimeOffset.UnixEpoch);
        await host.Database.Store.AppendAsync(id, 0, [request], EventMetadata.None);
        (await host.Get<Claim>().RunAsync(id, request, EventMetadata.None)).ShouldBe(6);

        var answer = await host.Client.PostAsync($"/v1/extractions/{id}/cancel", content: null);
        var again = await host.Client.PostAsync($"/v1/extractions/{id}/cancel", content: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("changed").GetBoolean().ShouldBeTrue();
        (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("changed").GetBoolean().ShouldBeFalse();
        await Eventually.TrueAsync(async () => (await host.Get<DurableQueue>().StatusAsync()).Count == 0);
        (await host.Database.ScalarAsync<long>("select count(*) from padron.extraction_contacts where extraction_id = $1 and released_at is not null", id)).ShouldBe(6);
        (await host.Database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_released'")).ShouldBe(6);
    }

    [Fact]
    public async Task Its_progress_is_shown_while_it_runs_and_streamed_until_it_ends()
    {
        await GivenAsync("TAB", firstNational: 9931000000, 10);
        await using var hold = await Hold.TableAsync(host.Database, "padron.extraction_contacts", "exclusive");
        var answer = await host.Client.PostAsJsonAsync("/v1/extractions", new { kind = "state", value = "TAB", amount = 10, format = "txt" });
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        await hold.WaitedForAsync(host.Database, "padron.extraction_contacts");

        var shown = (await host.Client.GetFromJsonAsync<JsonElement>($"/v1/extractions/{id}?after={answer.Headers.GetValues("Padron-Position").Single()}")).GetProperty("progress");
        (shown.GetProperty("stage").GetString(), shown.GetProperty("claimed").GetInt32(), shown.GetProperty("amount").GetInt32()).ShouldBe(("claiming", 0, 10));

        await using var stream = await host.Client.GetStreamAsync($"/v1/extractions/{id}/progress");
        var events = SseParser.Create(stream, (name, data) => (Name: name, Stage: JsonDocument.Parse(data.ToArray()).RootElement.GetProperty("stage").GetString())).EnumerateAsync().GetAsyncEnumerator();
        (await events.MoveNextAsync()).ShouldBeTrue();
        events.Current.Data.ShouldBe(("progress", "claiming"));

        await hold.DisposeAsync();
        var last = events.Current.Data;
        while (await events.MoveNextAsync())
            last = events.Current.Data;
        last.ShouldBe(("finished", "delivered"));
        var mark = await host.Database.ScalarAsync<long>("select max(seq_id) from events.mt_events");
        (await host.Client.GetFromJsonAsync<JsonElement>($"/v1/extractions/{id}?after={mark}")).TryGetProperty("progress", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_has_been_kept_for_long_enough_is_gone_and_says_since_when()
    {
        var id = Guid.CreateVersion7();
        await host.Database.Store.AppendAsync(
            id, 0,
            [
                new ExtractionRequested(new Selection(SelectionKind.State, StateCode: "SIN"), 1, ExtractionFormat.Txt, Seed: null, "test", DateTimeOffset.UnixEpoch),
                new ExtractionClaimed(0, DateTimeOffset.UnixEpoch), new ExtractionDeliveryStarted(DateTimeOffset.UnixEpoch),
                new ExtractionDelivered("old.txt", 0, "", DateTimeOffset.UnixEpoch),
            ],
            EventMetadata.None);

        var answer = await host.Client.GetAsync($"/v1/extractions/{id}/file");

        answer.StatusCode.ShouldBe(HttpStatusCode.Gone);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe("file_expired");
        problem.GetProperty("detail").GetString().ShouldStartWith("The file was kept until 1970-01-31 00:00:00Z");
    }

    [Theory]
    [InlineData("/v1/queue/dead-letters/00000000-0000-0000-0000-000000000001/replay")]
    [InlineData("/v1/queue/dead-letters/00000000-0000-0000-0000-000000000001/discard")]
    public async Task A_dead_letter_that_is_not_there_is_said_to_be_unknown(string path) =>
        (await (await host.Client.PostAsync(path, content: null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("dead_letter_unknown");

    async Task GivenAsync(string state, long firstNational, int count)
    {
        await host.Database.GivenVerifiedAsync(count, firstNational, state);
        var position = await host.Database.ScalarAsync<long>("select max(seq_id) from events.mt_events");
        (await host.Client.GetAsync($"/v1/availability?after={position}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    async Task<Guid> CreateAsync(object request)
    {
        var answer = await host.Client.PostAsJsonAsync("/v1/extractions", request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
    }

    // From the stream and not from the read model, which may be a moment behind.
    Task DeliveredAsync(Guid id) => Eventually.TrueAsync(
        async () => (await host.Client.GetAsync($"/v1/extractions/{id}/file")).StatusCode is HttpStatusCode.OK, $"extraction {id} was delivered");
}
