using Marten.Exceptions;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Padron.MartenExtensions;

/// <summary>Retries what may pass by itself: a lost connection, a server that starts, a deadlock, a serialization failure.</summary>
public static class Resilience
{
    /// <summary>Six tries in about six seconds, each wait twice as long, with jitter so that processes do not retry in step.</summary>
    public static readonly ResiliencePipeline Pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(IsPassing).Handle<MartenCommandException>(IsPassing),
            MaxRetryAttempts = 6,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
            UseJitter = true,
        })
        .Build();

    /// <summary>Whether the same may succeed a moment later.</summary>
    /// <remarks>
    /// Npgsql calls connection failures, deadlocks and serialization failures transient; a session ended by an administrator (57P01) or by a crash of a
    /// sibling (57P02) is replaced just as well.
    /// </remarks>
    public static bool IsPassing(Exception error) => error switch
    {
        MartenCommandException { InnerException: { } inner } => IsPassing(inner),
        NpgsqlException npgsql => IsPassing(npgsql),
        _ => false,
    };

    static bool IsPassing(NpgsqlException error) =>
        error.IsTransient || error is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown };
}
