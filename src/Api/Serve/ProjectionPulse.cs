namespace Padron.Api.Serve;

/// <summary>When the loop of this process's projections last came round.</summary>
sealed class ProjectionPulse(TimeProvider clock)
{
    long beaten = clock.GetTimestamp();

    public TimeSpan Silence => clock.GetElapsedTime(Interlocked.Read(ref beaten));

    public void Beat() => Interlocked.Exchange(ref beaten, clock.GetTimestamp());
}
