using Npgsql;

namespace Padron.Application.Extractions;

/// <summary>The right to write an extraction's file: an advisory lock, so that a worker who lost its lease and does not know it yet writes alone.</summary>
sealed class DeliveryTurn : IAsyncDisposable
{
    readonly NpgsqlConnection connection;
    readonly string key;

    DeliveryTurn(NpgsqlConnection connection, string key) => (this.connection, this.key) = (connection, key);

    /// <summary>Waits for whoever has it.</summary>
    public static async Task<DeliveryTurn> TakeAsync(NpgsqlDataSource dataSource, Guid extractionId, CancellationToken ct)
    {
        var turn = new DeliveryTurn(await dataSource.OpenConnectionAsync(ct), $"padron delivery {extractionId}");
        try
        {
            await turn.ExecuteAsync("select pg_advisory_lock(hashtextextended($1, 0))", ct);
            return turn;
        }
        catch
        {
            await turn.connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Before the delivery is recorded: on a connection that broke meanwhile, another may have begun to write.</summary>
    /// <exception cref="NpgsqlException">It is lost.</exception>
    public Task RequireAsync(CancellationToken ct) => ExecuteAsync("select $1", ct);

    public async ValueTask DisposeAsync()
    {
        try
        {
            // The pool keeps the connection, and the lock with it.
            if (connection.State is System.Data.ConnectionState.Open)
                await ExecuteAsync("select pg_advisory_unlock(hashtextextended($1, 0))", CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The connection is gone, and the lock with it.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = key } }, CommandTimeout = 0 };
        await command.ExecuteScalarAsync(ct);
    }
}
