using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Padron.Api.Http;

/// <summary>The progress of work as server-sent events: one a second, named <c>progress</c>, until the last one, named <c>finished</c>.</summary>
/// <remarks>It is read anew each time, so it may be work of any process. A process that stops ends its streams; clients connect again.</remarks>
sealed class ProgressStream(TimeProvider clock, IHostApplicationLifetime lifetime)
{
    static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(1);

    /// <param name="first">Read already, so that what does not exist is a 404 and not an empty stream.</param>
    /// <param name="read">Reads it again; null when it is gone, which ends the stream.</param>
    /// <param name="tell">What is told of it, and whether that is the last.</param>
    /// <param name="ct">The client went away.</param>
    public ServerSentEventsResult<T> Of<TRow, T>(
        TRow first, Func<CancellationToken, Task<TRow?>> read, Func<TRow, (T Progress, bool IsFinished)> tell, CancellationToken ct)
        where TRow : class => TypedResults.ServerSentEvents(TellAsync(first, read, tell, ct));

    async IAsyncEnumerable<SseItem<T>> TellAsync<TRow, T>(
        TRow first, Func<CancellationToken, Task<TRow?>> read, Func<TRow, (T Progress, bool IsFinished)> tell, [EnumeratorCancellation] CancellationToken ct)
        where TRow : class
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        for (TRow? row = first; row is not null; row = await NextAsync())
        {
            var (progress, isFinished) = tell(row);
            yield return new SseItem<T>(progress, isFinished ? "finished" : "progress");
            if (isFinished)
                yield break;
        }

        async Task<TRow?> NextAsync()
        {
            try
            {
                await Task.Delay(TellInterval, clock, end.Token);
                return await read(end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
