using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Padron.Application.Extractions;

/// <summary>A contact the read model shows as verified, at the version it shows.</summary>
readonly record struct Candidate(Guid Id, long Version);

/// <summary>Reads candidates in the order of their ids.</summary>
/// <param name="after">Exclusive.</param>
/// <param name="upTo">Inclusive; null: to the last one.</param>
/// <param name="count">How many at most; fewer only where there are no more.</param>
/// <param name="ct">Cancels.</param>
delegate Task<List<Candidate>> ReadStretch(Guid after, Guid? upTo, int count, CancellationToken ct);

/// <summary>
/// Walks verified contacts once round, from some id onward and wrapping at the end. Ids are keyed hashes, so a stretch of
/// them is a random choice, and nothing is ever sorted by <c>random()</c>.
/// </summary>
/// <param name="read">Reads the pool.</param>
/// <param name="start">Where the walk begins (<see cref="StartOf"/>).</param>
sealed class PoolWalk(ReadStretch read, Guid start)
{
    Guid? cursor; // null until the first stretch
    bool wrapped;

    /// <summary>Over the contacts that share a place.</summary>
    public PoolWalk(NpgsqlDataSource dataSource, Pool pool, Guid start)
        : this((after, upTo, count, ct) => ReadAsync(dataSource, pool, after, upTo, count, ct), start)
    {
    }

    /// <summary>True when the walk has come round: it will find nothing more.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Anywhere, or with a seed always at the same place of the same name.</summary>
    public static Guid StartOf(long? seed, string name)
    {
        if (seed is not { } fixedSeed)
            return Guid.NewGuid();
        Span<byte> key = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(key, fixedSeed);
        return new Guid(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(name)).AsSpan(0, 16), bigEndian: true);
    }

    /// <summary>The next candidates; fewer than <paramref name="count"/> only at the end.</summary>
    public async Task<IReadOnlyList<Candidate>> NextAsync(int count, CancellationToken ct)
    {
        var found = new List<Candidate>(count);
        while (found.Count < count && !IsExhausted)
        {
            var stretch = await read(cursor ?? start, wrapped ? start : null, count - found.Count, ct);
            found.AddRange(stretch);
            if (found.Count == count)
                cursor = found[^1].Id;
            else if (wrapped)
                IsExhausted = true;
            else
                (cursor, wrapped) = (Guid.Empty, true);
        }

        return found;
    }

    static async Task<List<Candidate>> ReadAsync(NpgsqlDataSource dataSource, Pool pool, Guid after, Guid? upTo, int count, CancellationToken ct)
    {
        var at = pool.Values.Count;
        await using var command = dataSource.CreateCommand(
            $"""
            select id, version from read.contact_states
             where status = 'VERIFIED' and {pool.Condition} and id > ${at + 1} and (not ${at + 2} or id <= ${at + 3})
             order by id limit ${at + 4}
            """);
        pool.AddParameters(command.Parameters);
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo is not null });
        command.Parameters.Add(new() { Value = upTo ?? Guid.Empty });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var stretch = new List<Candidate>(count);
        while (await reader.ReadAsync(ct))
            stretch.Add(new(reader.GetGuid(0), reader.GetInt64(1)));
        return stretch;
    }
}
