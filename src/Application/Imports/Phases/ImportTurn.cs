using System.Data;
using Npgsql;
using Padron.Domain;

namespace Padron.Application.Imports.Phases;

/// <summary>One process a file: an advisory lock on a connection of its own, which goes with a process that dies.</summary>
sealed class ImportTurn : IAsyncDisposable
{
    const string Key = "hashtextextended('padron import of ' || $1, 0)";

    readonly NpgsqlConnection connection;
    readonly string sha256;

    ImportTurn(NpgsqlConnection connection, string sha256) => (this.connection, this.sha256) = (connection, sha256);

    /// <exception cref="RuleViolationException"><c>import_running</c></exception>
    public static async Task<ImportTurn> TakeAsync(NpgsqlDataSource dataSource, string sha256, string fileName, CancellationToken ct)
    {
        var own = await dataSource.OpenConnectionAsync(ct);
        try
        {
            // A process that was killed lets go as soon as the server has noticed it.
            await ExecuteAsync(own, "select set_config('lock_timeout', '3s', false)", ct);
            await ExecuteAsync(own, $"select pg_advisory_lock({Key})", ct, sha256);
            await ExecuteAsync(own, "select set_config('lock_timeout', '0', false)", ct);
            return new(own, sha256);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            await own.DisposeAsync();
            throw new RuleViolationException("import_running", $"Another process is importing {fileName}: let it finish, or stop it.");
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A connection goes back to the pool with its session's locks.
            if (connection.State is ConnectionState.Open)
                await ExecuteAsync(connection, $"select pg_advisory_unlock({Key})", CancellationToken.None, sha256);
        }
        catch (NpgsqlException)
        {
            // The connection is lost, and its lock with it.
        }

        await connection.DisposeAsync();
    }

    static async Task ExecuteAsync(NpgsqlConnection on, string sql, CancellationToken ct, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, on);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteScalarAsync(ct);
    }
}
