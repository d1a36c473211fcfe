using Npgsql;
using Padron.Application.Availability;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.EventStore;

namespace Padron.Application.Extractions;

/// <summary>Claims an extraction's contacts: nobody else gets them any more.</summary>
/// <remarks>
/// The read model only proposes. Each candidate's <c>contact_extracted</c> is appended at the version the read model showed, so a
/// contact that was handed out, opted out or changed in any way since conflicts, and the walk goes on to another. That a stale read
/// model can't hand out a contact twice rests on the version check of the event store, and on nothing else.
/// </remarks>
public sealed class Claim(PostgresEventStore store, AvailabilityQueries availability, TimeProvider clock)
{
    // Of a stream that holds the request and nothing else.
    const long RequestedVersion = 1;

    /// <summary>Contacts a transaction at most.</summary>
    public const int BatchSize = 5_000;

    /// <summary>Claims until the amount is met or the selection is exhausted. Safe to call again: it goes on after what the manifest holds.</summary>
    /// <param name="extractionId">The extraction.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="metadata">Who asks.</param>
    /// <param name="progress">Told how many are claimed, after each batch.</param>
    /// <param name="ct">Stops between batches; what is claimed stays claimed.</param>
    /// <returns>
    /// How many the manifest holds. Fewer than asked when the selection is exhausted, or when the extraction was cancelled or claimed by
    /// another process meanwhile: the stream says which.
    /// </returns>
    public async Task<int> RunAsync(
        Guid extractionId, ExtractionRequested request, EventMetadata metadata, IProgress<int>? progress = null, CancellationToken ct = default)
    {
        var pools = await PoolsAsync(request.Selection, ct);
        var walks = pools.Select(pool => new PoolWalk(store.DataSource, pool.Pool, request.Seed)).ToArray();
        var claimed = await CountAsync(extractionId, ct);

        // Once by shares of what should be there; what a pool then lacks is spread over those that are not exhausted.
        var shares = PremiumShares.Split(request.Amount - claimed, [.. pools.Select(pool => pool.Available)]);
        while (claimed < request.Amount)
        {
            for (var i = 0; i < walks.Length; i++)
            {
                var aim = Math.Min(claimed + shares[i], request.Amount);
                while (claimed < aim && !walks[i].IsExhausted)
                {
                    var candidates = await walks[i].NextAsync(Math.Min(aim - claimed, BatchSize), ct);
                    if (candidates.Count == 0)
                        break;
                    if (await ClaimAsync(extractionId, candidates, aim, metadata, ct) is not { } now)
                        return claimed;
                    claimed = now;
                    progress?.Report(claimed);
                }
            }

            if (walks.All(walk => walk.IsExhausted))
                break;
            shares = PremiumShares.Split(request.Amount - claimed, [.. walks.Select(walk => walk.IsExhausted ? 0L : int.MaxValue)]);
        }

        return claimed;
    }

    async Task<IReadOnlyList<(Pool Pool, long Available)>> PoolsAsync(Selection selection, CancellationToken ct) =>
        selection.Kind is SelectionKind.Premium
            ? [.. (await availability.PremiumAsync(ct)).Select(lada => (Pool.OfLada(lada.Lada), lada.Available))]
            : [(Pool.Of(selection), int.MaxValue)];

    async Task<int> CountAsync(Guid extractionId, CancellationToken ct)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(ct);
        return await CountAsync(connection, extractionId, ct);
    }

    /// <returns>How many the manifest holds; null when nothing may be claimed for the extraction any more.</returns>
    Task<int?> ClaimAsync(Guid extractionId, IReadOnlyList<Candidate> candidates, int aim, EventMetadata metadata, CancellationToken ct) =>
        store.TransactAsync(
            async (transaction, token) =>
            {
                if (await ManifestLock.TakeAsync(transaction.Connection, extractionId, token) != RequestedVersion)
                    return (int?)null;

                // Counted here and not carried in from outside: an earlier try may have committed and only its answer was lost.
                var before = await CountAsync(transaction.Connection, extractionId, token);
                var wanted = candidates.Take(aim - before).ToArray();
                object[] extracted = [new ContactExtracted(extractionId, clock.GetUtcNow())];
                var result = await transaction.AppendManyAsync(
                    [.. wanted.Select(candidate => new StreamAppend(candidate.Id, candidate.Version, extracted))], metadata, BusyStreams.Skip, token);
                var won = wanted.Select(candidate => candidate.Id).Where(id => !result.Conflicts.Contains(id)).ToArray();
                await using var manifest = new NpgsqlCommand(
                    "insert into padron.extraction_contacts (extraction_id, ordinal, contact_id) select $1, $2 + ordinal, id from unnest($3::uuid[]) with ordinality as c (id, ordinal)",
                    transaction.Connection)
                {
                    Parameters = { new() { Value = extractionId }, new() { Value = before }, new() { Value = won } },
                };
                await manifest.ExecuteNonQueryAsync(token);
                return before + won.Length;
            },
            ct);

    static async Task<int> CountAsync(NpgsqlConnection connection, Guid extractionId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select coalesce(max(ordinal), 0) from padron.extraction_contacts where extraction_id = $1", connection)
        {
            Parameters = { new() { Value = extractionId } },
        };
        return (int)(await command.ExecuteScalarAsync(ct))!;
    }
}
