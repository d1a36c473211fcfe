namespace Padron.Integration.Tests.Fixture;

/// <summary>A clock that stands still until it is moved, or moves by itself whenever it is asked how long something took.</summary>
sealed class ManualClock(TimeSpan perTimestamp = default) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => (Now += perTimestamp).UtcTicks;
}
