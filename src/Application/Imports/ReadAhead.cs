using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Padron.Application.Imports;

/// <summary>Reads on a thread of its own, some steps ahead of whoever works on what was read.</summary>
static class ReadAhead
{
    /// <param name="items">Enumerated on another thread; its exceptions come out here.</param>
    /// <param name="ahead">How many it may be ahead.</param>
    /// <param name="ct">Ends both.</param>
    public static async IAsyncEnumerable<T> Of<T>(IAsyncEnumerable<T> items, int ahead, [EnumeratorCancellation] CancellationToken ct = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var read = Channel.CreateBounded<T>(ahead);
        var producer = Task.Run(
            async () =>
            {
                Exception? failure = null;
                try
                {
                    await foreach (var item in items.WithCancellation(stop.Token))
                        await read.Writer.WriteAsync(item, stop.Token);
                }
                catch (Exception error)
                {
                    failure = error;
                }

                read.Writer.Complete(failure);
            },
            CancellationToken.None);
        try
        {
            await foreach (var item in read.Reader.ReadAllAsync(ct))
                yield return item;
        }
        finally
        {
            await stop.CancelAsync();
            await producer;
        }
    }
}
