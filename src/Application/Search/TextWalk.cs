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
    const double FirstStretch = 1_000; // contacts: a page of a word that one in twenty has, and 10 ms where nothing but a walk will do
    const double Surplus = 2;

    /// <param name="after">Exclusive.</param>
    /// <param name="count">How many; fewer only where there are no more.</param>
    /// <param name="ct">Cancels the queries.</param>
    public async Task<List<Guid>> ReadAsync(Guid after, int count, CancellationToken ct)
    {
        var found = new List<Guid>(count);
        var (looked, share) = (0d, FirstStretch / Math.Max(contacts, 1)); // of all ids
        while (true)
        {
            var upTo = Beyond(after, share);
            await ReadAsync(found, after, upTo, count - found.Count, ct);
            if (found.Count == count || upTo == Guid.AllBitsSet)
                return found;
            looked += share;
            (after, share) = (upTo, Surplus * (count - found.Count) * looked / (found.Count + 1));
        }
    }

    async Task ReadAsync(List<Guid> found, Guid after, Guid upTo, int count, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            """
            select p.id from read.contact_profiles p
             where read.search_vector(p.full_name, p.address, p.neighborhood) @@ $1::text::tsquery and p.id > $2 and p.id <= $3
             order by p.id limit $4
            """);
        command.Parameters.Add(new() { Value = query });
        command.Parameters.Add(new() { Value = after });
        command.Parameters.Add(new() { Value = upTo });
        command.Parameters.Add(new() { Value = count });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(reader.GetGuid(0));
    }

    /// <summary>The id that is a share of all ids further on, or the last there can be. Its first 48 bits are enough: those behind them have a version among them.</summary>
    static Guid Beyond(Guid id, double share)
    {
        const int Rest = 16;
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var beyond = (BinaryPrimitives.ReadUInt64BigEndian(bytes) >> Rest) + Math.Max(share, 0) * Math.Pow(2, 64 - Rest);
        if (beyond >= Math.Pow(2, 64 - Rest) - 1)
            return Guid.AllBitsSet;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)beyond << Rest);
        bytes[8..].Clear();
        return new Guid(bytes, bigEndian: true);
    }
}
