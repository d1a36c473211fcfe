using Npgsql;
using NpgsqlTypes;
using Padron.Domain;
using Padron.MartenExtensions;

namespace Padron.Projections;

/// <summary>An event that a projection was not given.</summary>
/// <param name="Position">Of the event.</param>
/// <param name="Version">In its stream.</param>
/// <param name="Error">What applying it came to, <c>CODE: text</c>; null when it only waits behind an earlier event of its stream.</param>
/// <param name="Tries">How often it was tried by itself.</param>
public sealed record ParkedEvent(
    string Projection, long Position, Guid StreamId, long Version, string Type, string? Error, int Tries, DateTimeOffset ParkedAt, DateTimeOffset? FailedAt);

/// <summary>
/// The dead letters of projections: events that can't be applied, and behind each the later ones of its stream. So a stream's read row stands still at what it was
/// before, while all others go on; applied in their order after a fix, the events come to what they would have come to.
/// </summary>
static class ParkedEvents
{
    static readonly string BehindSql = EmbeddedSql.Beside(typeof(ParkedEvents), "park-behind.sql");
    static readonly string ParkSql = EmbeddedSql.Beside(typeof(ParkedEvents), "park.sql");
    static readonly string ReadSql = EmbeddedSql.Beside(typeof(ParkedEvents), "parked.sql");

    /// <summary>Parks what of a page belongs to streams that are parked already, in the page's transaction.</summary>
    /// <returns>The positions to leave out, ascending.</returns>
    public static async Task<IReadOnlyList<long>> BehindAsync(NpgsqlConnection connection, Projection projection, long from, long to, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(BehindSql, connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = projection.Name }, new() { Value = from }, new() { Value = to } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var positions = new List<long>();
        while (await reader.ReadAsync(ct))
            positions.Add(reader.GetInt64(0));
        return positions;
    }

    /// <returns>False when as many streams are parked as may be.</returns>
    public static async Task<bool> TryParkAsync(NpgsqlConnection connection, Projection projection, long position, string error, int mostStreams, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(ParkSql, connection)
        {
            Parameters = { new() { Value = projection.Name }, new() { Value = position }, new() { Value = error }, new() { Value = (long)mostStreams } },
        };
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <param name="connection">Any.</param>
    /// <param name="projection">Null for all.</param>
    /// <param name="position">Only those of the stream whose event is parked there; null for all.</param>
    /// <param name="ct">Cancels the read.</param>
    public static async Task<IReadOnlyList<ParkedEvent>> ReadAsync(NpgsqlConnection connection, string? projection, long? position, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(ReadSql, connection)
        {
            Parameters =
            {
                new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)projection ?? DBNull.Value },
                new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = (object?)position ?? DBNull.Value },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        var parked = new List<ParkedEvent>();
        while (await reader.ReadAsync(ct))
        {
            parked.Add(new ParkedEvent(
                reader.GetString(0), reader.GetInt64(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetString(4), reader[5] as string, reader.GetInt32(6),
                await reader.GetFieldValueAsync<DateTimeOffset>(7, ct), await reader.IsDBNullAsync(8, ct) ? null : await reader.GetFieldValueAsync<DateTimeOffset>(8, ct)));
        }

        return parked;
    }

    /// <summary>It is applied, in the caller's transaction.</summary>
    public static async Task RemoveAsync(NpgsqlConnection connection, ParkedEvent parked, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from projections.parked_events where projection = $1 and position = $2", connection)
        {
            Parameters = { new() { Value = parked.Projection }, new() { Value = parked.Position } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>It was tried once more, in vain.</summary>
    public static async Task FailedAgainAsync(NpgsqlConnection connection, ParkedEvent parked, string error, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "update projections.parked_events set error = $3, tries = tries + 1, failed_at = now() where projection = $1 and position = $2", connection)
        {
            Parameters = { new() { Value = parked.Projection }, new() { Value = parked.Position }, new() { Value = error } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <exception cref="RuleViolationException"><c>dead_letters_kept</c></exception>
    public static async Task RefuseToKeepAsync(NpgsqlConnection connection, Projection projection, CancellationToken ct)
    {
        if ((await ReadAsync(connection, projection.Name, position: null, ct)).Count is > 0 and var parked)
        {
            throw new RuleViolationException(
                "dead_letters_kept",
                $"The live tables of '{projection.Name}' lack {parked} events that are dead letters or wait behind one, and would lack them for good if they were kept: `padron projections retry {projection.Name}` first, or rebuild without --keep.");
        }
    }

    /// <summary>All of a projection, in the transaction in which it is made anew from the first event.</summary>
    public static async Task ForgetAsync(NpgsqlConnection connection, Projection projection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from projections.parked_events where projection = $1", connection)
        {
            Parameters = { new() { Value = projection.Name } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }
}
