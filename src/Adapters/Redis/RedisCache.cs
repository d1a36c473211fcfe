using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Padron.Application.Caching;
using StackExchange.Redis;

namespace Padron.Adapters.Redis;

/// <summary>
/// A cache in Redis. The first request that it does not answer in time keeps everybody from asking for a few seconds; then one tries again, and whoever
/// comes meanwhile does without. It connects when it is first asked, and by itself whenever the connection is lost.
/// </summary>
/// <param name="options">Where it is: <see cref="Parse"/>.</param>
/// <param name="installation">Before every key, so that several registers can share a Redis.</param>
/// <param name="clock">Tells when to try again.</param>
/// <param name="log">Told when it is gone and when it is back.</param>
public sealed partial class RedisCache(ConfigurationOptions options, string installation, TimeProvider clock, ILogger<RedisCache>? log = null) : ISharedCache, IAsyncDisposable
{
    /// <summary>How long nobody asks after it has not answered.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits. On one network Redis answers within a millisecond.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(150);

    readonly ILogger log = log ?? NullLogger<RedisCache>.Instance;
    readonly Lazy<Task<ConnectionMultiplexer>> connecting = new(() => ConnectionMultiplexer.ConnectAsync(options));

    long restsSince; // a timestamp of the clock; 0 while it answers

    /// <param name="text">Host and port, more of them separated by commas, then options: <c>redis:6379,password=…,ssl=true</c>.</param>
    /// <exception cref="FormatException">It is no such thing; the message says why.</exception>
    public static ConfigurationOptions Parse(string text)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(text);
        }
        catch (ArgumentException error)
        {
            throw new FormatException(error.Message.ReplaceLineEndings(" "), error);
        }

        if (options.EndPoints.Count == 0)
            throw new FormatException("it names no host");
        if (options.EndPoints.OfType<System.Net.DnsEndPoint>().FirstOrDefault(host => Uri.CheckHostName(host.Host) is UriHostNameType.Unknown) is { } unknown)
            throw new FormatException($"'{unknown.Host}' is no host");
        options.AbortOnConnectFail = false; // it goes on trying
        options.ClientName = "padron";
        options.ConnectTimeout = 1_000; // milliseconds, as the next
        options.SyncTimeout = 1_000;
        options.TieBreaker = ""; // for several masters, which we don't have: no key and no channel of its own
        options.ConfigurationChannel = "";
        return options;
    }

    public Task<byte[]?> ReadAsync(string key, CancellationToken ct = default) => AskAsync(
        async redis =>
        {
            try
            {
                return (byte[]?)await redis.StringGetAsync(Of(key));
            }
            catch (RedisServerException)
            {
                return null; // it answers, and what it has is no string, or not for us
            }
        },
        ct);

    public Task WriteAsync(string key, byte[] value, TimeSpan timeToLive, CancellationToken ct = default) =>
        AskAsync(redis => redis.StringSetAsync(Of(key), value, timeToLive), ct);

    public Task PingAsync(CancellationToken ct = default) => AskAsync(redis => redis.PingAsync(), ct);

    public async ValueTask DisposeAsync()
    {
        if (connecting.IsValueCreated)
            (await connecting.Value).Dispose();
    }

    string Of(string key) => $"padron:{installation}:{key}";

    async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> question, CancellationToken ct)
    {
        var since = Volatile.Read(ref restsSince);
        if (since != 0 && (clock.GetElapsedTime(since) < Rest || !TakesTurn(since)))
            throw new SharedCacheUnavailableException("Redis did not answer a moment ago, and is left alone for some seconds.");
        try
        {
            var answer = await AskRedisAsync(question).WaitAsync(Patience, ct); // of the machine's clock, whatever ours is
            if (Interlocked.Exchange(ref restsSince, 0) != 0)
                log.IsBack();
            return answer;
        }
        catch (RedisServerException error)
        {
            throw new SharedCacheUnavailableException($"Redis refuses: {error.Message}", error);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            if (Interlocked.Exchange(ref restsSince, clock.GetTimestamp()) == 0)
                log.IsGone(Rest.TotalSeconds, error.GetType().Name); // its message has the key, and a key what somebody typed
            throw new SharedCacheUnavailableException("Redis does not answer.", error);
        }
    }

    async Task<T> AskRedisAsync<T>(Func<IDatabase, Task<T>> question) => await question((await connecting.Value).GetDatabase());

    // One asks, and the others rest for as long as its answer may take and longer.
    bool TakesTurn(long since) => Interlocked.CompareExchange(ref restsSince, clock.GetTimestamp(), since) == since;
}

static partial class RedisCacheLog
{
    [LoggerMessage(LogLevel.Warning, "Redis does not answer and is tried again every {Seconds} s; meanwhile answers are computed each time: {Reason}")]
    public static partial void IsGone(this ILogger log, double seconds, string reason);

    [LoggerMessage(LogLevel.Information, "Redis answers again")]
    public static partial void IsBack(this ILogger log);
}
