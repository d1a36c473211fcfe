using System.Diagnostics.Metrics;
using Padron.MartenExtensions.Daemon;

namespace Padron.Api.Serve;

/// <summary>The meter <c>Padron.Projections</c>: where each projection of the register stands, as this process last saw it, and what failed in this process.</summary>
/// <remarks>Whoever listens in the process (<c>dotnet-counters</c>, an exporter) makes it look every few seconds; with nobody listening it costs nothing.</remarks>
sealed class ProjectionMetrics
{
    readonly TimeProvider clock;
    readonly Counter<long> failures;
    readonly ObservableGauge<long> behind;
    IReadOnlyList<ProjectionStatus> status = [];

    public ProjectionMetrics(IMeterFactory meters, TimeProvider clock)
    {
        this.clock = clock;
        var meter = meters.Create("Padron.Projections");
        failures = meter.CreateCounter<long>("padron.projection.failures", "{failure}", "Turns of this process that failed and are taken again.");
        behind = meter.CreateObservableGauge("padron.projection.behind", () => Each(row => row.Behind), "{event}", "Positions from where it stands to the high-water mark.");
        meter.CreateObservableGauge("padron.projection.lag", () => Each(row => row.LagSeconds ?? 0), "s", "Age of the first event it has not applied.");
        meter.CreateObservableGauge("padron.projection.rate", () => Each(row => row.Rate ?? 0), "{event}/s", "How fast it folded last.");
        meter.CreateObservableGauge("padron.projection.dead_letters", () => Each(row => row.DeadLetters), "{event}", "Events it could not apply.");
        meter.CreateObservableGauge("padron.projection.stopped", () => Each(row => row.State is ProjectionState.Running ? 0 : 1), null, "1 while it is paused or stopped.");
        meter.CreateObservableGauge(
            "padron.projection.mark_age", () => status.Take(1).Select(row => new Measurement<double>(row.MarkAgeSeconds ?? 0)), "s", "Since the high-water mark last moved.");
    }

    public bool IsObserved => behind.Enabled;

    /// <summary>Timestamp of the last look; 0 before the first.</summary>
    public long UpdatedAt { get; private set; }

    public void Update(IReadOnlyList<ProjectionStatus> seen) => (status, UpdatedAt) = (seen, clock.GetTimestamp());

    public void Failed(string projection) => failures.Add(1, Of(projection));

    IEnumerable<Measurement<T>> Each<T>(Func<ProjectionStatus, T> value)
        where T : struct => status.Select(row => new Measurement<T>(value(row), Of(row.Name)));

    static KeyValuePair<string, object?> Of(string projection) => new("projection", projection);
}
