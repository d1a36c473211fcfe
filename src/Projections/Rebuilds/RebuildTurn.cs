using Npgsql;
using Padron.Domain;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;

namespace Padron.Projections.Rebuilds;

/// <summary>The right to rebuild a projection: an advisory lock, and a row of <c>bulk.rebuilds</c> that fences whoever lost the lock and does not know it.</summary>
sealed class RebuildTurn : IAsyncDisposable
{
    readonly SqlProjection projection;
    readonly Guid id = Guid.CreateVersion7();

    RebuildTurn(NpgsqlConnection connection, SqlProjection projection) => (Connection, this.projection) = (connection, projection);

    /// <summary>Holds the lock; work may be done on it.</summary>
    public NpgsqlConnection Connection { get; }

    /// <exception cref="RuleViolationException"><c>rebuild_running</c></exception>
    public static async Task<RebuildTurn> TakeAsync(NpgsqlDataSource dataSource, SqlProjection projection, CancellationToken ct)
    {
        var connection = await dataSource.OpenConnectionAsync(ct);
        try
        {
            // A process that was killed lets go as soon as the server has noticed it.
            await using var patience = new NpgsqlCommand("set lock_timeout = '3s'", connection);
            await patience.ExecuteNonQueryAsync(ct);
            await using var command = Lock(connection, "select pg_advisory_lock(hashtextextended($1, 0))", projection);
            await command.ExecuteNonQueryAsync(ct);
            await using var reset = new NpgsqlCommand("reset lock_timeout", connection);
            await reset.ExecuteNonQueryAsync(ct);
            return new(connection, projection);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            throw new RuleViolationException("rebuild_running", $"Another process is rebuilding '{projection.Name}': let it finish, or stop it.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says in the caller's transaction that a rebuild is under way; whoever wrote one before can write no more.</summary>
    public async Task BeginAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into bulk.rebuilds (projection, id) values ($1, $2)
            on conflict (projection) do update set id = excluded.id, is_stale = false, started_at = now()
            """,
            connection)
        {
            CommandTimeout = 0, // a page of whoever wrote before may be in flight
            Parameters = { new() { Value = projection.Name }, new() { Value = id } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Makes sure, to the end of the transaction, that the rebuild is ours and worth going on with.</summary>
    /// <exception cref="RuleViolationException"><c>rebuild_replaced</c>, <c>rebuild_outdated</c></exception>
    public async Task HoldAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select is_stale from bulk.rebuilds where projection = $1 and id = $2 for share", connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = projection.Name }, new() { Value = id } },
        };
        switch (await command.ExecuteScalarAsync(ct))
        {
            case false:
                return;
            case true:
                throw new RuleViolationException(
                    "rebuild_outdated", $"Contacts were taken back meanwhile, and the rebuild of '{projection.Name}' could have brought them again. The live tables are untouched: rebuild when the rollback has ended.");
            default:
                throw new RuleViolationException("rebuild_replaced", $"Another process has begun to rebuild '{projection.Name}'.");
        }
    }

    /// <summary>Whether it is still ours, to the end of the transaction: no other process has begun one since.</summary>
    public async Task<bool> IsOursAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select from bulk.rebuilds where projection = $1 and id = $2 for update", connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = projection.Name }, new() { Value = id } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync();
    }

    /// <summary>Ends it, in the transaction that puts its tables in their place or drops them.</summary>
    public async Task EndAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("delete from bulk.rebuilds where projection = $1 and id = $2", connection)
        {
            Parameters = { new() { Value = projection.Name }, new() { Value = id } },
        };
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// For who takes streams out of the event store and their rows out of the live tables, as the projection's one writer in the caller's transaction: what
    /// a rebuild has folded by now, and what was kept of an earlier one, must never become the live tables.
    /// </summary>
    public static async Task OutdateAsync(NpgsqlConnection connection, SqlProjection projection, CancellationToken ct)
    {
        await using var stale = new NpgsqlCommand("update bulk.rebuilds set is_stale = true where projection = $1", connection)
        {
            CommandTimeout = 0, // a page may be in flight
            Parameters = { new() { Value = projection.Name } },
        };
        await stale.ExecuteNonQueryAsync(ct);
        await Progression.RemoveAsync(connection, RebuildUnit.KeptOf(projection).ProgressionName, ct);
    }

    /// <exception cref="StreamsLoadingException">An initial load is under way, and has shadows of its own of the tables.</exception>
    public static Task RefuseLoadAsync(NpgsqlConnection connection, CancellationToken ct) => BulkLoad.RefuseIfRunningAsync(connection, ct);

    public async ValueTask DisposeAsync()
    {
        if (Connection.State is System.Data.ConnectionState.Open)
        {
            await using var command = Lock(Connection, "select pg_advisory_unlock(hashtextextended($1, 0))", projection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }

        await Connection.DisposeAsync();
    }

    static NpgsqlCommand Lock(NpgsqlConnection connection, string sql, SqlProjection projection) =>
        new(sql, connection) { CommandTimeout = 0, Parameters = { new() { Value = "padron rebuild " + projection.Name } } };
}
