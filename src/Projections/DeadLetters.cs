using Npgsql;

namespace Padron.Projections;

/// <summary>What came of trying parked events again.</summary>
/// <param name="Applied">Events, those that had waited behind others included.</param>
/// <param name="Failed">Events that failed again; what waits behind them goes on waiting.</param>
public sealed record RetryResult(int Applied, int Failed);

/// <summary>Events that projections could not apply, for those who look after them.</summary>
public sealed class DeadLetters(NpgsqlDataSource dataSource, TimeProvider clock)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <param name="projection">Null for all.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>Those that failed and those that wait behind them, by projection and position.</returns>
    public async Task<IReadOnlyList<ParkedEvent>> ListAsync(Projection? projection = null, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        return await ParkedEvents.ReadAsync(connection, projection?.Name, position: null, ct);
    }

    /// <summary>Applies parked events, each stream's in their order, until one fails again. Works while the projection is paused or stopped, too.</summary>
    /// <param name="projection">Whose.</param>
    /// <param name="position">Of a parked event: only its stream's; null for all.</param>
    /// <param name="ct">Stops between two events.</param>
    /// <exception cref="ProjectionBusyException">Another process goes on writing the projection.</exception>
    public async Task<RetryResult> RetryAsync(Projection projection, long? position = null, CancellationToken ct = default)
    {
        await using var leader = await LeadAsync(projection, ct);
        var failed = new HashSet<Guid>();
        var applied = 0;
        foreach (var parked in await ParkedEvents.ReadAsync(leader.Connection, projection.Name, position, ct))
        {
            if (failed.Contains(parked.StreamId))
                continue;
            try
            {
                await ProjectionPage.ApplyParkedAsync(leader.Connection, projection, parked, ct);
                applied++;
            }
            catch (PostgresException error) when (PoisonHunt.IsOfAnEvent(error))
            {
                await ParkedEvents.FailedAgainAsync(leader.Connection, parked, PoisonHunt.Describe(error), ct);
                failed.Add(parked.StreamId);
            }
        }

        return new(applied, failed.Count);
    }

    async Task<ProjectionLeader> LeadAsync(Projection projection, CancellationToken ct)
    {
        for (var deadline = clock.GetUtcNow() + Patience; clock.GetUtcNow() < deadline; await Task.Delay(PollInterval, clock, ct))
        {
            if (await ProjectionLeader.LeadAsync(dataSource, projection, ct) is { } leader)
                return leader;
        }

        throw new ProjectionBusyException(projection.Name);
    }
}
