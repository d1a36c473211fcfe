using Padron.Adapters.Redis;
using Padron.Application.Caching;
using Padron.Integration.Tests.Containers;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Caching;

/// <summary>Answers that processes keep together in a real Redis, and what becomes of a request when something is wrong with it.</summary>
public sealed class RedisCacheTests : IAsyncLifetime
{
    static readonly CachedAnswer<string> Question = new("how many", TimeSpan.FromMinutes(5), TextJson.Default.Text);

    readonly ManualClock clock = new(perTimestamp: TimeSpan.FromTicks(1));
    readonly List<RedisCache> caches = [];
    RedisServer redis = null!;
    int version = 1;

    public async Task InitializeAsync()
    {
        if (Programs.Find("redis-server") is not null)
            redis = await RedisServer.StartedAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var cache in caches)
            await cache.DisposeAsync();
        if (redis is not null)
            await redis.DisposeAsync();
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task What_one_process_computed_another_finds_while_its_version_stands()
    {
        var (one, other) = (Process(), Process());

        (await GetAsync(one, "first")).ShouldBe("first");
        (await GetAsync(other, "second")).ShouldBe("first");

        version = 2;
        (await GetAsync(other, "second")).ShouldBe("second");
        (await GetAsync(one, "first")).ShouldBe("second");
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task It_is_kept_under_the_installations_name_for_as_long_as_the_question_says()
    {
        await GetAsync(Process(), "first");

        (await redis.AskAsync("keys", "*")).ShouldBe("padron:one:how many");
        (await redis.AskAsync("get", "padron:one:how many")).ShouldBe("""{"Version":"1","Value":"first"}""");
        int.Parse(await redis.AskAsync("ttl", "padron:one:how many"), System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 300);
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task Two_registers_on_one_Redis_never_mix()
    {
        await GetAsync(Process("one"), "of one");

        (await GetAsync(Process("other"), "of the other")).ShouldBe("of the other");
    }

    [NeedsTheory("redis-server", "redis-cli")]
    [InlineData("set", "padron:one:how many", "")]
    [InlineData("set", "padron:one:how many", "no JSON")]
    [InlineData("set", "padron:one:how many", "null")]
    [InlineData("set", "padron:one:how many", """{"Version":"1"}""")]
    [InlineData("set", "padron:one:how many", """{"Version":"1","Value":7}""")]
    [InlineData("set", "padron:one:how many", """{"Version":"0","Value":"of an older version"}""")]
    [InlineData("lpush", "padron:one:how many", "a list")]
    [InlineData("flushall")]
    public async Task Whatever_else_is_under_the_key_is_no_answer_and_is_replaced(params string[] words)
    {
        await GetAsync(Process(), "before");
        if (words[0] is not "flushall")
            await redis.AskAsync("del", words[1]);
        await redis.AskAsync(words);

        (await GetAsync(Process(), "computed")).ShouldBe("computed");
        (await GetAsync(Process(), "again")).ShouldBe("computed");
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task Stopped_it_costs_a_computation_and_started_again_it_is_used_again()
    {
        var (one, other) = (Process(), Process());
        await GetAsync(one, "first");
        await redis.StopAsync();

        version = 2;
        (await GetAsync(one, "while it is gone")).ShouldBe("while it is gone");
        (await GetAsync(other, "computed too")).ShouldBe("computed too");

        await redis.StartAsync();
        await BackAsync();
        version = 3;
        (await GetAsync(one, "first after it")).ShouldBe("first after it");
        (await GetAsync(other, "second after it")).ShouldBe("first after it");
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task Frozen_it_is_waited_for_once_and_then_left_alone()
    {
        var (one, other) = (Process(patience: 1), Process(patience: 1));
        await GetAsync(one, "first");
        await redis.FreezeAsync();

        version = 2;
        (await GetAsync(one, "while it is frozen")).ShouldBe("while it is frozen");
        (await Should.ThrowAsync<SharedCacheUnavailableException>(() => caches[0].PingAsync())).Message.ShouldContain("is left alone for some seconds");

        clock.Now += RedisCache.Rest;
        (await Should.ThrowAsync<SharedCacheUnavailableException>(() => caches[0].PingAsync())).Message.ShouldBe("Redis does not answer.");
        (await Should.ThrowAsync<SharedCacheUnavailableException>(() => caches[0].PingAsync())).Message.ShouldContain("is left alone for some seconds");

        await redis.ContinueAsync();
        await BackAsync();
        version = 3;
        (await GetAsync(one, "first after it")).ShouldBe("first after it");
        (await GetAsync(other, "second after it")).ShouldBe("first after it");
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task A_process_that_began_without_it_finds_it_when_it_comes()
    {
        await redis.StopAsync();
        var one = Process();
        (await GetAsync(one, "without")).ShouldBe("without");

        await redis.StartAsync();
        await BackAsync();
        version = 2;
        await GetAsync(one, "with");

        (await redis.AskAsync("keys", "*")).ShouldBe("padron:one:how many");
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task Refusing_what_it_is_given_it_costs_a_computation()
    {
        await redis.AskAsync("config", "set", "maxmemory", "1");

        (await GetAsync(Process(), "first")).ShouldBe("first");
        (await GetAsync(Process(), "second")).ShouldBe("second");
    }

    [NeedsFact("redis-server", "redis-cli")]
    public async Task The_Redis_of_the_container_files_does()
    {
        await redis.DisposeAsync();
        redis = await RedisServer.StartedAsync(Repository.PathOf("ops/redis.conf"));

        await GetAsync(Process(), "first");

        (await GetAsync(Process(), "second")).ShouldBe("first");
    }

    [Theory]
    [InlineData("redis://redis:6379", "it names no host")]
    [InlineData("redis 6379", "'redis 6379' is no host")]
    [InlineData("redis:6379,colour=red", "Keyword 'colour' is not supported")]
    [InlineData("redis:66000", "port ('66000') must be less")]
    public void What_is_no_address_is_refused(string text, string sentence) => Should.Throw<FormatException>(() => RedisCache.Parse(text)).Message.ShouldContain(sentence);

    // Another process has a connection and a memory of its own.
    AnswerCache Process(string installation = "one", int patience = 5)
    {
        var shared = new RedisCache(RedisCache.Parse(redis.Address), installation, clock) { Patience = TimeSpan.FromSeconds(patience) };
        caches.Add(shared);
        return new(clock, shared);
    }

    Task<string> GetAsync(AnswerCache process, string computed) => process.GetAsync(Question, _ => Task.FromResult($"{version}"), _ => Task.FromResult(computed));

    Task BackAsync() => Eventually.TrueAsync(async () =>
    {
        clock.Now += RedisCache.Rest;
        foreach (var cache in caches)
        {
            try
            {
                await cache.PingAsync();
            }
            catch (SharedCacheUnavailableException)
            {
                return false;
            }
        }

        return true;
    });
}
