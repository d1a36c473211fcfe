using System.Buffers.Binary;
using Npgsql;

namespace Padron.Application.Search;

/// <summary>Finds contacts by the words they have, in the order of their ids: one stretch of ids after the other, until there are enough.</summary>
/// <remarks>
/// Asked for all ids at once, PostgreSQL walks them and looks into the text of each, 10 µs a contact: half a second where one in three hundred has the word;
/// or it takes everybody who has it and sorts them. In a stretch it takes from the index of words and the index of ids what they have in common, and visits
/// only that. Ids are keyed hashes, so how many were found in a part of them says how long the next stretch must be.
/// </remarks>
/// <param name="dataSource">The register.</param>
/// <param name="query">A <c>tsquery</c>.</param>
/// <param name="contacts">In the register, as far as statistics know.</param>
sealed class TextWalk(NpgsqlDataSource dataSource, string query, double contacts)
{
    const string Matches = "read.search_vector(p.full_name, p.address, p.neighborhood) @@ $1::text::tsquery";

    const double FirstLook = 1_000; // contacts: a page of a word that one in twenty has, in 10 ms
    const double Surplus = 2;

    // Of all ids. The statistics know ids in a hundred parts, and take what lies within one of them for nothing at all, which would be walked; behind a
    // subquery they take it for half a part.
    const double ShortStretch = 0.02;

    /// <param name="after">Exclusive.</param>
    /// <param name="count">How many; fewer only where there are no more.</param>
    /// <param name="ct">Cancels the queries.</param>
    public async Task<List<Guid>> ReadAsync(Guid after, int count, CancellationToken ct)
    {
        var looked = FirstLook / Math.Max(contacts, 1); // of all ids
        var upTo = Beyond(after, looked);
        // "is true" hides the words from their index: for a beginning that many words have, it would be asked for half of the register.
        var found = await ReadAsync($"select p.id from read.contact_profiles p where ({Matches}) is true and p.id > $2 and p.id <= $3 order by p.id limit $4", after, upTo, count, ct);
        while (found.Count < count && upTo != Guid.AllBitsSet)
        {
            // What not one in a thousand has is few enough to be taken whole.
            var share = found.Count == 0 ? 1 : Surplus * (count - found.Count) * looked / found.Count;
            (after, upTo) = (upTo, Beyond(upTo, share));
            var bound = share < ShortStretch ? "(select $3::uuid)" : "$3";
            found.AddRange(await ReadAsync(
                // "offset 0": sorted afterwards, never walked in this order until there are enough.
                $"select id from (select p.id from read.contact_profiles p where {Matches} and p.id > $2 and p.id <= {bound} offset 0) found order by id limit $4",
                after, upTo, count - found.Count, ct));
            looked += share;
        }

        return found;
    }

    async Task<List<Guid>> ReadAsync(string sql, Guid after, Guid upTo, int count, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new() { Value = query });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<Guid>(count);
        while (await reader.ReadAsync(ct))
            found.Add(reader.GetGuid(0));
        return found;
    }

    /// <summary>The id that is a share of all ids further on, or the last there can be. Its first 48 bits are enough: those behind them have a version among them.</summary>
    static Guid Beyond(Guid id, double share)
    {
        const int Rest = 16;
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var beyond = (BinaryPrimitives.ReadUInt64BigEndian(bytes) >> Rest) + share * Math.Pow(2, 64 - Rest);
        if (beyond >= Math.Pow(2, 64 - Rest) - 1)
            return Guid.AllBitsSet;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)beyond << Rest);
        bytes[8..].Clear();
        return new Guid(bytes, bigEndian: true);
    }
}
