using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Padron.Api.Configuration;
using Padron.MartenExtensions.Daemon;

namespace Padron.Api.Serve;

/// <summary>Whether the read models follow the events, whichever process folds them: where nobody does, nothing must look healthy.</summary>
sealed class ProjectionHealth(ProjectionStatuses statuses, ProjectionOptions options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return Judge(await statuses.ReadAsync(cancellationToken), options.Stall);
        }
        catch (NpgsqlException error)
        {
            return HealthCheckResult.Unhealthy("The database does not say where the projections stand.", error);
        }
    }

    /// <param name="status">Of every projection.</param>
    /// <param name="stall">How long nothing may happen.</param>
    internal static HealthCheckResult Judge(IReadOnlyList<ProjectionStatus> status, TimeSpan stall)
    {
        List<string> broken = [.. status.Where(row => IsDead(row, stall)).Select(row =>
                $"'{row.Name}' is {Events(row.Behind)} behind, has not moved for {Seconds(row.StalledSeconds!.Value)} s, and no process folds it.")];
        List<string> troubled = [.. status.SelectMany(row => Troubles(row, stall)), .. status.Take(1).SelectMany(row => OfTheMark(row, stall))];
        var data = status.ToDictionary(row => row.Name, object (row) => Figures(row));
        var description = string.Join(' ', [.. broken, .. troubled]);
        return broken.Count > 0 ? HealthCheckResult.Unhealthy(description, data: data)
            : troubled.Count > 0 ? HealthCheckResult.Degraded(description, data: data)
            : HealthCheckResult.Healthy(data: data);
    }

    static bool IsDead(ProjectionStatus row, TimeSpan stall) =>
        row.State is ProjectionState.Running && !row.IsLed && row.Behind > 0 && row.StalledSeconds > stall.TotalSeconds;

    static IEnumerable<string> Troubles(ProjectionStatus row, TimeSpan stall)
    {
        if (row.State is ProjectionState.Stopped)
            yield return $"'{row.Name}' has stopped before the event at {row.Hold!.Position}, which can't be applied ({CodeOf(row.Hold.Error)}).";
        if (row.State is ProjectionState.Paused)
            yield return $"'{row.Name}' is paused.";
        if (row.State is ProjectionState.Running && row.IsLed && row.StalledSeconds > stall.TotalSeconds)
            yield return $"'{row.Name}' has not moved for {Seconds(row.StalledSeconds!.Value)} s; a process is at it.";
        if (row.DeadLetters > 0)
            yield return $"'{row.Name}' left out {Events(row.DeadLetters)} that can't be applied, and {Events(row.Waiting)} behind.";
    }

    static IEnumerable<string> OfTheMark(ProjectionStatus row, TimeSpan stall)
    {
        if (row.MarkStalledSeconds > stall.TotalSeconds)
            yield return $"Events have waited for {Seconds(row.MarkStalledSeconds!.Value)} s behind an append that is in flight.";
    }

    // Of an error its code alone: the text may quote a value, and health is looked at and logged by machines.
    static object Figures(ProjectionStatus row) => new
    {
        state = row.State,
        position = row.Position,
        behind = row.Behind,
        lagSeconds = row.LagSeconds,
        stalledSeconds = row.StalledSeconds,
        rate = row.Rate,
        leader = row.Leader,
        deadLetters = row.DeadLetters,
        waiting = row.Waiting,
        lastError = row.LastError is null ? null : CodeOf(row.LastError),
        lastErrorAt = row.LastErrorAt,
        markAgeSeconds = row.MarkAgeSeconds,
    };

    static string? CodeOf(string? error) => error?.Split(':')[0];

    static string Events(long count) => count == 1 ? "1 event" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} events");

    static string Seconds(double seconds) => seconds.ToString("N0", CultureInfo.InvariantCulture);
}
