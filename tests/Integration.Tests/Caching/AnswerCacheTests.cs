using System.Text.Json.Serialization;
using Padron.Application.Caching;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Caching;

/// <summary>Answers kept in one process: when they are served, and how often they are computed.</summary>
public sealed class AnswerCacheTests : IDisposable
{
    static readonly CachedAnswer<string> Question = Ask("how many");

    readonly ManualClock clock = new(perTimestamp: TimeSpan.FromTicks(1));
    readonly AnswerCache cache;
    int version = 1;
    int computed;

    public AnswerCacheTests() => cache = new(clock);

    [Fact]
    public async Task An_answer_is_computed_once_while_its_version_stands()
    {
        (await GetAsync()).ShouldBe("1 of version 1");
        (await GetAsync()).ShouldBe("1 of version 1");

        version = 2;
        (await GetAsync()).ShouldBe("2 of version 2");
        (await GetAsync()).ShouldBe("2 of version 2");
    }

    [Fact]
    public async Task A_version_that_comes_back_is_another_answer_than_the_one_between()
    {
        await GetAsync();
        version = 2;
        await GetAsync();
        version = 1;
        (await GetAsync()).ShouldBe("3 of version 1");
    }

    [Fact]
    public async Task An_answer_that_is_too_old_is_computed_again()
    {
        await GetAsync();
        clock.Now += Question.TimeToLive - TimeSpan.FromSeconds(1);
        (await GetAsync()).ShouldBe("1 of version 1");
        clock.Now += TimeSpan.FromSeconds(1);
        (await GetAsync()).ShouldBe("2 of version 1");
    }

    [Fact]
    public async Task Questions_have_answers_of_their_own()
    {
        await GetAsync();
        (await GetAsync(Ask("how many more"))).ShouldBe("2 of version 1");
        (await GetAsync()).ShouldBe("1 of version 1");
    }

    [Fact]
    public async Task However_many_ask_at_once_it_is_computed_once()
    {
        var computing = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 20).Select(_ => cache.GetAsync(Question, Version, async _ =>
        {
            await computing.Task;
            return $"{Interlocked.Increment(ref computed)}";
        })).ToArray();

        computing.SetResult();

        (await Task.WhenAll(asked)).ShouldAllBe(answer => answer == "1");
    }

    [Fact]
    public async Task Those_who_wait_while_the_version_goes_on_share_the_next_computation()
    {
        var first = new TaskCompletionSource();
        var running = cache.GetAsync(Question, MovingVersion, async _ =>
        {
            await first.Task;
            return $"{Interlocked.Increment(ref computed)}";
        });
        var waiting = Enumerable.Range(0, 20).Select(_ => cache.GetAsync(Question, MovingVersion, _ => Task.FromResult($"{Interlocked.Increment(ref computed)}"))).ToArray();

        first.SetResult();

        (await running).ShouldBe("1");
        (await Task.WhenAll(waiting)).ShouldAllBe(answer => answer == "2"); // whose version was read after the last of them had asked

        Task<string> MovingVersion(CancellationToken ct) => Task.FromResult($"{Interlocked.Increment(ref version)}");
    }

    [Fact]
    public async Task A_failure_is_told_to_whom_it_befell_and_not_kept()
    {
        await Should.ThrowAsync<TimeoutException>(() => cache.GetAsync(Question, Version, _ => throw new TimeoutException()));

        (await GetAsync()).ShouldBe("1 of version 1");
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nobody_with_him()
    {
        using var patience = new CancellationTokenSource();
        var impatient = cache.GetAsync(Question, Version, async ct =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return "never";
        }, patience.Token);
        var patient = GetAsync();

        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => impatient);
        (await patient).ShouldBe("1 of version 1");
    }

    [Fact]
    public async Task Of_more_questions_than_it_keeps_every_one_is_answered()
    {
        foreach (var number in Enumerable.Range(0, 3_000))
            (await cache.GetAsync(Ask($"question {number}"), Version, _ => Task.FromResult($"{number}"))).ShouldBe($"{number}");
    }

    /// <summary>What is asked after a change shows it, whatever runs at the same time: the rule that all else rests on.</summary>
    [Fact]
    public async Task Nobody_is_told_less_than_was_true_when_he_asked()
    {
        using var ending = new CancellationTokenSource();
        var truth = 0;
        using var honest = new AnswerCache(TimeProvider.System);
        var changing = Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                Interlocked.Increment(ref truth);
                await Task.Yield();
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var request = 0; request < 2_000; request++)
            {
                var before = Volatile.Read(ref truth);
                var told = await honest.GetAsync(Question, async _ =>
                {
                    await Task.Yield();
                    return $"{Volatile.Read(ref truth)}";
                }, async _ =>
                {
                    var seen = $"{Volatile.Read(ref truth)}";
                    await Task.Yield();
                    return seen;
                });
                int.Parse(told, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(before);
            }
        })));

        await ending.CancelAsync();
        await changing;
    }

    public void Dispose() => cache.Dispose();

    static CachedAnswer<string> Ask(string question) => new(question, TimeSpan.FromMinutes(5), TextJson.Default.Text);

    Task<string> GetAsync(CachedAnswer<string>? question = null) =>
        cache.GetAsync(question ?? Question, Version, _ => Task.FromResult($"{Interlocked.Increment(ref computed)} of version {version}"));

    Task<string> Version(CancellationToken ct) => Task.FromResult($"{version}");
}

[JsonSerializable(typeof(VersionedAnswer<string>), TypeInfoPropertyName = "Text")]
sealed partial class TextJson : JsonSerializerContext;
