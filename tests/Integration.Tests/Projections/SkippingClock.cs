namespace Padron.Integration.Tests.Projections;

/// <summary>A clock whose waits take no time: each jumps to its end.</summary>
/// <param name="onWait">Told the number of the wait, from 1, before it ends.</param>
sealed class SkippingClock(Action<int>? onWait = null) : TimeProvider
{
    DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public int Waits { get; private set; }

    public override DateTimeOffset GetUtcNow() => now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        now += dueTime;
        onWait?.Invoke(++Waits);
        callback(state);
        return new Elapsed();
    }

    sealed class Elapsed : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
