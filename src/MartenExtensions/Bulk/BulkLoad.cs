using Npgsql;

namespace Padron.MartenExtensions.Bulk;

/// <summary>A load of new streams into an empty store: one at a time, from <see cref="TryBeginAsync"/> until the loaded tables are the live ones.</summary>
/// <param name="Id">What it belongs to.</param>
/// <param name="Turn">Counts the processes that took it on: whoever is not the last one can write no more.</param>
/// <param name="StartedAt">The date of every row it brings (UTC, whole microseconds), also of those that come after an interruption.</param>
/// <param name="IsFilled">Every row is in; what is left is to index and to exchange.</param>
public sealed record BulkLoad(Guid Id, long Turn, DateTimeOffset StartedAt, bool IsFilled)
{
    /// <summary>Code of the error by which the trigger of <c>mt_streams</c> refuses whoever makes a stream of the load's kind, in whatever program.</summary>
    public const string ClosedSqlState = "PB001";

    /// <summary>Whether an append failed because a load is under way.</summary>
    public static bool IsClosedBy(Exception error) =>
        error is PostgresException { SqlState: ClosedSqlState } || (error.InnerException is { } inner && IsClosedBy(inner));

    /// <summary>Begins a load, in the caller's transaction, if the store holds no event of these types; otherwise does nothing.</summary>
    /// <exception cref="StreamsLoadingException">Another one is under way.</exception>
    public static async Task<BulkLoadBegin> TryBeginAsync(
        NpgsqlConnection connection, Guid id, IReadOnlyCollection<string> types, DateTimeOffset at, CancellationToken ct = default)
    {
        if (await HoldsAsync(connection, types, ct))
            return BulkLoadBegin.StoreNotEmpty;

        // Appends in flight end first, and later ones wait: then they find the row below, because a statement takes its snapshot after its locks.
        await ExecuteAsync(connection, "lock table events.mt_streams in share row exclusive mode", ct);
        if (await RunningAsync(connection, ct) is { } running)
            return running == id ? BulkLoadBegin.BegunBefore : throw new StreamsLoadingException();
        if (await HoldsAsync(connection, types, ct))
            return BulkLoadBegin.StoreNotEmpty;
        await using var command = new NpgsqlCommand(
            """
            insert into bulk.load (id, floor, started_at)
            select $1, case when is_called then last_value else last_value - 1 end, $2 from events.mt_events_sequence
            """,
            connection)
        {
            Parameters = { new() { Value = id }, new() { Value = at.ToUniversalTime() } },
        };
        await command.ExecuteNonQueryAsync(ct);
        return BulkLoadBegin.Began;
    }

    /// <summary>Whether the load that is under way belongs to it.</summary>
    public static async Task<bool> IsAsync(NpgsqlConnection connection, Guid id, CancellationToken ct = default) => await RunningAsync(connection, ct) == id;

    /// <summary>The last position before the load that is under way; null when none is.</summary>
    public static async Task<long?> FloorAsync(NpgsqlDataSource dataSource, CancellationToken ct = default)
    {
        await using var command = dataSource.CreateCommand("select floor from bulk.load");
        return (long?)await command.ExecuteScalarAsync(ct);
    }

    /// <exception cref="StreamsLoadingException">A load is under way.</exception>
    public static async Task RefuseIfRunningAsync(NpgsqlConnection connection, CancellationToken ct = default)
    {
        if (await RunningAsync(connection, ct) is not null)
            throw new StreamsLoadingException();
    }

    /// <summary>Takes the load on, and waits for what a process before us has in flight; it can begin nothing any more.</summary>
    /// <returns>Null when there is no such load.</returns>
    public static async Task<BulkLoad?> TakeOnAsync(NpgsqlConnection connection, Guid id, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand("update bulk.load set turn = turn + 1 where id = $1 returning turn, started_at, is_filled", connection)
        {
            Parameters = { new() { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new(id, reader.GetInt64(0), await reader.GetFieldValueAsync<DateTimeOffset>(1, ct), reader.GetBoolean(2))
            : null;
    }

    /// <summary>Makes sure, to the end of the transaction, that nobody took the load from us.</summary>
    /// <returns>False when somebody did.</returns>
    public async Task<bool> HoldAsync(NpgsqlConnection connection, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand("select from bulk.load where id = $1 and turn = $2 for share", connection)
        {
            Parameters = { new() { Value = Id }, new() { Value = Turn } },
        };
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct);
    }

    /// <summary>Records that every row is in. It waits for the disk, and with it for all that was committed before, whoever did not wait for it then.</summary>
    public static Task FillAsync(NpgsqlConnection connection, CancellationToken ct = default) =>
        ExecuteAsync(connection, "update bulk.load set is_filled = true", ct);

    /// <summary>Ends the load, in the transaction that makes its tables the live ones.</summary>
    public static Task EndAsync(NpgsqlConnection connection, CancellationToken ct = default) => ExecuteAsync(connection, "delete from bulk.load", ct);

    static async Task<Guid?> RunningAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select id from bulk.load", connection);
        return (Guid?)await command.ExecuteScalarAsync(ct);
    }

    /// <summary>Whether the store holds an event of these types. Quick when it holds many or none at all.</summary>
    public static async Task<bool> HoldsAsync(NpgsqlConnection connection, IReadOnlyCollection<string> types, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand("select exists (select from events.mt_events where type = any ($1))", connection)
        {
            Parameters = { new() { Value = types.ToArray() } },
        };
        return await command.ExecuteScalarAsync(ct) is true;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>What came of trying to begin a load.</summary>
public enum BulkLoadBegin
{
    /// <summary>Its row stands in the caller's transaction.</summary>
    Began,

    /// <summary>It had begun: an earlier try of the same transaction committed, and only its answer was lost.</summary>
    BegunBefore,

    /// <summary>The store holds such events.</summary>
    StoreNotEmpty,
}

/// <summary>Streams of the kind that a bulk load is bringing in can't be appended to until it has ended.</summary>
public sealed class StreamsLoadingException(Exception? inner = null)
    : Exception("The register is loading: an initial import is under way, and contacts can be changed and extracted when it has ended. `padron imports list` shows it.", inner);
