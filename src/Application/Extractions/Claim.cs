using Npgsql;
using Padron.Application.Availability;
using Padron.Application.Segments;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Queue;

namespace Padron.Application.Extractions;

/// <summary>Claims an extraction's contacts: nobody else gets them any more.</summary>
/// <remarks>
/// The read model only proposes. Each candidate's <c>contact_extracted</c> is appended at the version the read model showed, so a
/// contact that was handed out, opted out or changed in any way since conflicts, and the walk goes on to another. That a stale read
/// model can't hand out a contact twice rests on the version check of the event store, and on nothing else.
/// </remarks>
public sealed class Claim(EventSessions sessions, DurableQueue queue, AvailabilityQueries availability, TimeProvider clock)
{
    // Of a stream that holds the request and nothing else.
    const long RequestedVersion = 1;

    /// <summary>Contacts a transaction at most.</summary>
    public const int BatchSize = 5_000;

    /// <summary>The same, for this claim; it comes near it only where the database is quick (<see cref="BatchPace"/>).</summary>
    public int LargestBatch { get; init; } = BatchSize;

    /// <summary>Claims until the amount is met or the selection is exhausted. Safe to call again: it goes on after what the manifest holds.</summary>
    /// <param name="extractionId">The extraction.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="metadata">Who asks.</param>
    /// <param name="progress">Told how many are claimed, after each batch and before the next.</param>
    /// <param name="ct">Stops between batches; what is claimed stays claimed.</param>
    /// <returns>
    /// How many the manifest holds. Fewer than asked when the selection is exhausted, or when the extraction was cancelled or claimed by
    /// another process meanwhile: the stream says which.
    /// </returns>
    public async Task<int> RunAsync(
        Guid extractionId, ExtractionRequested request, EventMetadata metadata, Func<int, Task>? progress = null, CancellationToken ct = default)
    {
        var claimed = await CountAsync(extractionId, ct);
        var pools = new PoolShares(request.Amount, await PoolsAsync(extractionId, request, claimed, ct));
        var pace = new BatchPace(LargestBatch);
        while (claimed < request.Amount && await pools.NextAsync(request.Amount - claimed, pace.Size, ct) is [_, ..] candidates)
        {
            var began = clock.GetTimestamp();
            if (await ClaimAsync(extractionId, request.Amount, claimed, candidates, metadata, ct) is not { } obtained)
                break;
            pace.Took(clock.GetElapsedTime(began));
            pools.Obtained(obtained);
            claimed += obtained.Count;
            if (progress is not null)
                await progress(claimed);
        }

        return claimed;
    }

    /// <summary>Ends the claim with what the manifest holds by then: the last batch of another process that claims for the same extraction counts.</summary>
    /// <remarks>A failure is followed by the release, so it puts the extraction on the queue: whoever is killed in between leaves it to a worker.</remarks>
    public Task FinishAsync(Guid extractionId, ExtractionRequested request, EventMetadata metadata, CancellationToken ct = default) =>
        sessions.TransactAsync(
            metadata,
            async (session, token) =>
            {
                if (await ManifestLock.TakeAsync(session.Connection, extractionId, token) != RequestedVersion)
                    return false;
                var finish = new FinishClaim(await CountAsync(session.Connection, extractionId, token), clock.GetUtcNow());
                var events = ExtractionDecider.Decide(finish, ExtractionDecider.Evolve(Extraction.None, request));
                session.Events.Append(extractionId, RequestedVersion + events.Length, [.. events]);
                if (events is [ExtractionFailed])
                    await queue.EnqueueAsync([RunExtraction.Message(extractionId)], metadata, token);
                return true;
            },
            ct);

    // Available: what the read model has, and what it had before this extraction took it.
    async Task<IReadOnlyList<(PoolWalk Walk, long Available, int Held)>> PoolsAsync(Guid extractionId, ExtractionRequested request, int claimed, CancellationToken ct)
    {
        switch (request.Selection)
        {
            case { Kind: SelectionKind.Premium } premium:
                var ladas = await availability.PremiumAsync(ct: ct);
                var held = claimed == 0 ? [] : await HeldByLadaAsync(extractionId, ct);

                // All from the same id: their stretches lie over each other, on the same pages.
                var start = PoolWalk.StartOf(request.Seed, premium.ToString());
                return [.. ladas.Select(lada =>
                {
                    var (contacts, taken) = held.GetValueOrDefault(lada.Lada);
                    return (new PoolWalk(sessions.DataSource, Pool.OfLada(lada.Lada), start), lada.Available + taken, contacts);
                })];
            case { Kind: SelectionKind.Segment, Filter: { } filter } segment:
                var walk = await SegmentWalk.OfAsync(sessions.DataSource, filter, ContactStatus.Verified, ct);
                return [(new PoolWalk(walk.ReadAsync, PoolWalk.StartOf(request.Seed, segment.ToString())), int.MaxValue, claimed)];
            case var place:
                var pool = Pool.Of(place);
                return [(new PoolWalk(sessions.DataSource, pool, PoolWalk.StartOf(request.Seed, string.Join('|', pool.Values))), int.MaxValue, claimed)];
        }
    }

    async Task<Dictionary<string, (int Contacts, int Taken)>> HeldByLadaAsync(Guid extractionId, CancellationToken ct)
    {
        await using var command = sessions.DataSource.CreateCommand(
            """
            select s.lada, count(*)::integer, count(*) filter (where s.status <> 'VERIFIED')::integer
              from padron.extraction_contacts x join read.contact_states s on s.id = x.contact_id
             where x.extraction_id = $1
             group by s.lada
            """);
        command.Parameters.Add(new() { Value = extractionId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var held = new Dictionary<string, (int, int)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            held.Add(reader.GetString(0), (reader.GetInt32(1), reader.GetInt32(2)));
        return held;
    }

    /// <summary>How many the manifest holds by now.</summary>
    public async Task<int> CountAsync(Guid extractionId, CancellationToken ct = default)
    {
        await using var connection = await sessions.DataSource.OpenConnectionAsync(ct);
        return await CountAsync(connection, extractionId, ct);
    }

    /// <returns>Whom the manifest holds beyond the first <paramref name="claimed"/>; null when nothing may be claimed for the extraction any more.</returns>
    Task<HashSet<Guid>?> ClaimAsync(Guid extractionId, int amount, int claimed, IReadOnlyList<Candidate> candidates, EventMetadata metadata, CancellationToken ct) =>
        sessions.TransactAsync(
            metadata,
            async (session, token) =>
            {
                if (await ManifestLock.TakeAsync(session.Connection, extractionId, token) != RequestedVersion)
                    return null;

                // Usually nobody yet. But an earlier try may have committed and only its answer was lost, and another process may claim for the same extraction.
                var obtained = await HeldAsync(session.Connection, extractionId, claimed, token);
                var before = claimed + obtained.Count;
                var wanted = candidates.Where(candidate => !obtained.Contains(candidate.Id)).Take(amount - before).ToArray();
                object[] extracted = [new ContactExtracted(extractionId, clock.GetUtcNow())];
                var result = await session.AppendManyAsync(
                    [.. wanted.Select(candidate => new StreamAppend(candidate.Id, candidate.Version, extracted))], BusyStreams.Skip, token);
                var won = wanted.Select(candidate => candidate.Id).Where(id => !result.Conflicts.Contains(id)).ToArray();
                await using var manifest = new NpgsqlCommand(
                    "insert into padron.extraction_contacts (extraction_id, ordinal, contact_id) select $1, $2 + ordinal, id from unnest($3::uuid[]) with ordinality as c (id, ordinal)",
                    session.Connection)
                {
                    Parameters = { new() { Value = extractionId }, new() { Value = before }, new() { Value = won } },
                };
                await manifest.ExecuteNonQueryAsync(token);
                obtained.UnionWith(won);
                return obtained;
            },
            ct);

    static async Task<HashSet<Guid>> HeldAsync(NpgsqlConnection connection, Guid extractionId, int after, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select contact_id from padron.extraction_contacts where extraction_id = $1 and ordinal > $2", connection)
        {
            Parameters = { new() { Value = extractionId }, new() { Value = after } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var held = new HashSet<Guid>();
        while (await reader.ReadAsync(ct))
            held.Add(reader.GetGuid(0));
        return held;
    }

    static async Task<int> CountAsync(NpgsqlConnection connection, Guid extractionId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(ordinal), 0) from padron.extraction_contacts where extraction_id = $1", connection)
        {
            Parameters = { new() { Value = extractionId } },
        };
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }
}
