using System.Threading.Channels;

namespace Padron.MartenExtensions.Queue;

/// <summary>Wakes one waiter; set while nobody waits, it wakes the next.</summary>
sealed class Signal
{
    readonly Channel<bool> channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => channel.Writer.TryWrite(true);

    /// <summary>Ends when set, after a time, or quietly when cancelled.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            await channel.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // the time is over
        }
    }
}
