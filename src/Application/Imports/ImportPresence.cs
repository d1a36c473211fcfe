using System.Data;
using Npgsql;
using Padron.Domain;

namespace Padron.Application.Imports;

/// <summary>
/// Says that somebody works on an import: an advisory lock on a connection of its own, which goes with a process that dies. Any number may import
/// (batches and ranges have their own order); whoever rolls back is alone.
/// </summary>
sealed class ImportPresence : IAsyncDisposable
{
    /// <summary>Of the advisory lock. $1 is the import.</summary>
    internal const string Key = "hashtextextended('padron import ' || $1::text, 0)";
    const string Share = $"select pg_try_advisory_lock_shared({Key})";
    const string Exclude = $"select pg_try_advisory_lock({Key})";
    const string EndShare = $"select pg_advisory_unlock_shared({Key})";
    const string EndExclude = $"select pg_advisory_unlock({Key})";

    readonly NpgsqlConnection connection;
    readonly Guid importId;
    readonly string end;

    ImportPresence(NpgsqlConnection connection, Guid importId, string end) => (this.connection, this.importId, this.end) = (connection, importId, end);

    /// <exception cref="RuleViolationException"><c>import_running</c>: it is being rolled back.</exception>
    public static Task<ImportPresence> AnnounceAsync(NpgsqlDataSource dataSource, Guid importId, CancellationToken ct) =>
        TakeAsync(dataSource, importId, Share, EndShare, ct);

    /// <exception cref="RuleViolationException"><c>import_running</c>: it is running, or being rolled back by another process.</exception>
    public static Task<ImportPresence> ExcludeAsync(NpgsqlDataSource dataSource, Guid importId, CancellationToken ct) =>
        TakeAsync(dataSource, importId, Exclude, EndExclude, ct);

    public async ValueTask DisposeAsync()
    {
        try
        {
            // A connection goes back to the pool with its session's locks.
            if (connection.State is ConnectionState.Open)
                await ExecuteAsync(connection, end, importId, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The connection is lost, and its lock with it.
        }

        await connection.DisposeAsync();
    }

    static async Task<ImportPresence> TakeAsync(NpgsqlDataSource dataSource, Guid importId, string begin, string end, CancellationToken ct)
    {
        var own = await dataSource.OpenConnectionAsync(ct);
        try
        {
            if (await ExecuteAsync(own, begin, importId, ct) is true)
                return new(own, importId, end);
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }

        await own.DisposeAsync();
        throw new RuleViolationException("import_running", $"Another process is working on import {importId}: let it finish, or stop it.");
    }

    static async Task<object?> ExecuteAsync(NpgsqlConnection on, string sql, Guid importId, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, on) { Parameters = { new() { Value = importId } } };
        return await command.ExecuteScalarAsync(ct);
    }
}
