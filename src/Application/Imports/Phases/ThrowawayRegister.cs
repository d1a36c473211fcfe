using Npgsql;
using Padron.Application.Installation;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;

namespace Padron.Application.Imports.Phases;

/// <summary>A database with Padrón's schema on the same server, dropped when it is disposed of, or by the next import if that could not be.</summary>
/// <remarks>A database and not a schema: the schemas have fixed names, so the very same statements run here (docs/adr/0016-sample-database.md).</remarks>
sealed class ThrowawayRegister : IAsyncDisposable
{
    // With the register's database in the name: another one on the same server keeps its own.
    const string Prefix = "select 'padron_sample_' || oid || '_' from pg_database where datname = current_database()";
    const string Leftovers = $"select datname from pg_database where starts_with(datname, ({Prefix}))";

    readonly NpgsqlConnection owner;
    readonly string name;

    ThrowawayRegister(NpgsqlConnection owner, string name, NpgsqlDataSource dataSource)
    {
        (this.owner, this.name, DataSource) = (owner, name, dataSource);
        Sessions = RegisterStore.SessionsOf(dataSource);
        Streams = new(Sessions, new(Sessions, PadronEvents.MessageTypes));
    }

    public NpgsqlDataSource DataSource { get; }

    public EventSessions Sessions { get; }

    public Streams Streams { get; }

    /// <exception cref="PostgresException">Of class 42501: the user may not create databases.</exception>
    public static async Task<ThrowawayRegister> CreateAsync(NpgsqlDataSource register, DatabaseAddress address, ContactKey key, CancellationToken ct)
    {
        var connection = await register.OpenConnectionAsync(ct);
        ThrowawayRegister? made = null;
        try
        {
            await DropLeftoversAsync(connection, ct);
            var database = await ScalarAsync(connection, Prefix, ct) + Guid.NewGuid().ToString("N")[..12];
            await ScalarAsync(connection, "select pg_advisory_lock(hashtextextended($1, 0))::text", ct, database); // says that its owner is alive
            await ScalarAsync(connection, $"create database {database} template template0", ct);
            made = new(connection, database, NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address.ConnectionString) { Database = database, MinPoolSize = 0 }));
            await new Installer(made.DataSource).InstallAsync(key, tell: null, ct);
            return made;
        }
        catch
        {
            await (made?.DisposeAsync() ?? connection.DisposeAsync());
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Sessions.Dispose();
        await DataSource.DisposeAsync();
        try
        {
            await ScalarAsync(owner, $"drop database if exists {name} with (force)", CancellationToken.None);
            await ScalarAsync(owner, "select pg_advisory_unlock(hashtextextended($1, 0))::text", CancellationToken.None, name);
        }
        catch (NpgsqlException)
        {
            // The server is gone, or going. The next import drops it.
        }

        await owner.DisposeAsync();
    }

    static async Task DropLeftoversAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        List<string> leftovers = [];
        await using (var command = new NpgsqlCommand(Leftovers, connection))
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                leftovers.Add(reader.GetString(0));
        }

        foreach (var leftover in leftovers)
        {
            if (await ScalarAsync(connection, "select pg_try_advisory_lock(hashtextextended($1, 0))::text", ct, leftover) is not "true")
                continue; // another import is at work in it
            await ScalarAsync(connection, $"drop database if exists {leftover} with (force)", ct);
            await ScalarAsync(connection, "select pg_advisory_unlock(hashtextextended($1, 0))::text", ct, leftover);
        }
    }

    static async Task<string?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (string?)await command.ExecuteScalarAsync(ct);
    }
}
