using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;

namespace Padron.Application.Caching;

/// <summary>
/// Answers that were computed before: in this process, and in a shared cache where there is one. An answer is served only while what it was computed
/// from stands as it stood then, so it is never older than the read models themselves; a version is asked for each time.
/// </summary>
/// <param name="clock">Tells how old an answer is.</param>
/// <param name="shared">Kept together with other processes; null where there is none.</param>
public sealed class AnswerCache(TimeProvider clock, ISharedCache? shared = null) : IDisposable
{
    /// <summary>Questions whose answers this process keeps. Whoever asks decides what is asked, so there must be an end.</summary>
    const int MostQuestions = 1_000;

    readonly MemoryCache questions = new(new MemoryCacheOptions { SizeLimit = MostQuestions });
    readonly Lock making = new();

    /// <summary>One computation of a question at a time, however many ask and however often its version changes meanwhile.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="version">Reads the version of what the answer is computed from. What it says must be true when it says it.</param>
    /// <param name="compute">Computes the answer from what is there when it is called, or later.</param>
    /// <param name="ct">Cancels waiting and computing; whoever else waits computes then.</param>
    public async Task<T> GetAsync<T>(CachedAnswer<T> question, Func<CancellationToken, Task<string>> version, Func<CancellationToken, Task<T>> compute, CancellationToken ct = default)
        where T : class
    {
        var asked = clock.GetTimestamp();
        var kept = QuestionOf(question);
        if (Current(kept, question) is { } known && known.Version == await version(ct))
            return known.Value;

        await kept.Turn.WaitAsync(ct);
        try
        {
            // Its version was read after we asked: whatever was true when we asked is in it, and so nobody queues for more than two computations.
            if (kept.Latest is { } latest && latest.Began >= asked)
                return latest.Answer.Value;

            var began = clock.GetTimestamp();
            var current = await version(ct);
            var answer = Current(kept, question) is { } same && same.Version == current ? same : await FindAsync(question, current, compute, ct);
            kept.Latest = new(answer, began);
            return answer.Value;
        }
        finally
        {
            kept.Turn.Release();
        }
    }

    public void Dispose() => questions.Dispose();

    VersionedAnswer<T>? Current<T>(Question<T> kept, CachedAnswer<T> question)
        where T : class =>
        kept.Latest is { } latest && clock.GetElapsedTime(latest.Began) < question.TimeToLive ? latest.Answer : null;

    Question<T> QuestionOf<T>(CachedAnswer<T> question)
        where T : class
    {
        lock (making)
        {
            // When there are too many, the cache takes no more until it has dropped some: those questions are computed each time.
            return questions.GetOrCreate(question.Key, entry =>
            {
                entry.Size = 1;
                entry.SlidingExpiration = question.TimeToLive;
                return new Question<T>();
            })!;
        }
    }

    async Task<VersionedAnswer<T>> FindAsync<T>(CachedAnswer<T> question, string version, Func<CancellationToken, Task<T>> compute, CancellationToken ct)
        where T : class
    {
        if (shared is null)
            return new(version, await compute(ct));
        try
        {
            if (await shared.ReadAsync(question.Key, ct) is { } bytes && Read(bytes, question) is { Value: not null } found && found.Version == version)
                return found;
        }
        catch (SharedCacheUnavailableException)
        {
            return new(version, await compute(ct)); // it has said so in the log, and would take the answer no sooner
        }

        var answer = new VersionedAnswer<T>(version, await compute(ct));
        try
        {
            await shared.WriteAsync(question.Key, JsonSerializer.SerializeToUtf8Bytes(answer, question.Json), question.TimeToLive, ct);
        }
        catch (SharedCacheUnavailableException)
        {
            // The others compute it themselves.
        }

        return answer;
    }

    // Whatever somebody else wrote there is no answer of ours.
    static VersionedAnswer<T>? Read<T>(byte[] bytes, CachedAnswer<T> question)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, question.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A question, and its last answer with the moment before its version was read.</summary>
    sealed class Question<T>
        where T : class
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public Kept<T>? Latest { get; set; }
    }

    sealed record Kept<T>(VersionedAnswer<T> Answer, long Began)
        where T : class;
}
