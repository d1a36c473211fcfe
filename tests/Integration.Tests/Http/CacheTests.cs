using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Padron.Integration.Tests.Containers;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Http;

/// <summary>The process with a Redis: without it, it is slower, and neither wrong nor down.</summary>
public sealed class CacheTests : IAsyncLifetime, IDisposable
{
    RedisServer redis = null!;
    PadronHost host = null!;

    public async Task InitializeAsync()
    {
        if (Programs.Find("redis-server") is null)
            return;
        redis = await RedisServer.StartedAsync();
        host = new() { Settings = new() { Serve = new() { Urls = "http://127.0.0.1:0" }, Cache = new() { Redis = redis.Address } } };
        await host.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        if (redis is null)
            return;
        await host.DisposeAsync();
        await redis.DisposeAsync();
    }

    public void Dispose() => host?.Dispose();

    [NeedsFact("redis-server", "redis-cli")]
    public async Task Availability_shows_ones_own_writes_whatever_becomes_of_Redis()
    {
        var phones = await host.Database.GivenVerifiedAsync(4, firstNational: 5540000000);
        var position = await host.Database.ScalarAsync<long>("select max(seq_id) from events.mt_events");
        (await AvailableAsync(position)).ShouldBe(4);
        (await redis.AskAsync("keys", "*")).ShouldMatch("^padron:[0-9a-f]{16}:events[0-9]+-.*:places State$");

        (await AvailableAsync(await OptOutAsync(phones[0].MexicanNational))).ShouldBe(3);
        await redis.AskAsync("flushall");
        (await AvailableAsync(await OptOutAsync(phones[1].MexicanNational))).ShouldBe(2);
        await redis.FreezeAsync();
        (await AvailableAsync(await OptOutAsync(phones[2].MexicanNational))).ShouldBe(1);
        await redis.StopAsync();
        (await AvailableAsync(await OptOutAsync(phones[3].MexicanNational))).ShouldBe(0);
        await redis.StartAsync();
        (await AvailableAsync(after: null)).ShouldBe(0);
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task Health_tells_that_it_is_gone_and_stays_good()
    {
        await ReadyAsync("healthy", reason: null);

        await redis.StopAsync();
        await ReadyAsync("degraded", "Redis does not answer");

        await redis.StartAsync();
        await ReadyAsync("healthy", reason: null);
        host.Log.ShouldContain(line => line.Contains("Redis does not answer and is tried again", StringComparison.Ordinal));
        host.Log.ShouldContain(line => line.Contains("Redis answers again", StringComparison.Ordinal));
    }

    Task ReadyAsync(string status, string? reason) => Eventually.TrueAsync(async () =>
    {
        var answer = await host.Client.GetAsync("/health/ready");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var cache = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks").GetProperty("cache");
        return cache.GetProperty("status").GetString() == status
            && (reason is null || cache.GetProperty("reason").GetString()!.StartsWith(reason, StringComparison.Ordinal));
    }, status);

    async Task<long> AvailableAsync(long? after)
    {
        var states = await host.Client.GetFromJsonAsync<JsonElement>($"/v1/availability/states?after={after}");
        return states.EnumerateArray().Single().GetProperty("available").GetInt64();
    }

    async Task<long> OptOutAsync(long national)
    {
        var answer = await host.Client.PostAsJsonAsync($"/v1/contacts/{national}/opt-out", new { reason = "ALTO" });
        return long.Parse(answer.Headers.GetValues("Padron-Position").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
