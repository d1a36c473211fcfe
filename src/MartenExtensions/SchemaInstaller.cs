using Npgsql;

namespace Padron.MartenExtensions;

/// <summary>Brings a database to the schema this program knows: versioned, repeatable, and safe from many processes at once.</summary>
public sealed class SchemaInstaller(NpgsqlDataSource dataSource)
{
    const long LockKey = 0x5041_4452_4F4E_0001; // "PADRON", first lock

    /// <summary>
    /// Runs what is missing of <paramref name="scripts"/>, in one transaction: all of it or nothing. Those that a library writes
    /// (<see cref="SchemaScript.WriteAsync"/>) follow, each in a transaction of its own; cut short, the next call does the rest.
    /// </summary>
    /// <returns>The scripts that ran; empty when the database was up to date.</returns>
    /// <exception cref="SchemaMismatchException">
    /// The database is newer than this program, a released script was edited, or the events of another application are there.
    /// </exception>
    public async Task<IReadOnlyList<SchemaScript>> InstallAsync(IReadOnlyList<SchemaScript> scripts, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        var installed = await InstalledAsync(connection, ct);
        if (installed is not null && Missing(scripts, installed) is [])
            return [];
        IReadOnlyList<SchemaScript> ran = await RunAsync(connection, scripts, script => script.WriteAsync is null, ct);
        foreach (var written in scripts.Where(script => script.WriteAsync is not null))
            ran = [.. ran, .. await RunAsync(connection, scripts, script => script == written, ct)];
        return ran;
    }

    static async Task<SchemaScript[]> RunAsync(NpgsqlConnection connection, IReadOnlyList<SchemaScript> scripts, Func<SchemaScript, bool> chosen, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var guard = new NpgsqlCommand("select pg_advisory_xact_lock($1)", connection) { CommandTimeout = 0, Parameters = { new() { Value = LockKey } } })
            await guard.ExecuteNonQueryAsync(ct);

        // Read again under the lock: another process may just have done the work.
        var installed = await InstalledAsync(connection, ct);
        if (installed is null)
            await RefuseForeignEventsAsync(connection, ct);
        SchemaScript[] missing = [.. Missing(scripts, installed ?? []).Where(chosen)];
        if (missing.Length == 0)
            return [];
        await ExecuteAsync(connection, CreateVersions, ct);
        foreach (var script in missing)
        {
            await ExecuteAsync(connection, script.WriteAsync is { } write ? await write(ct) : script.Sql, ct);
            await using var record = new NpgsqlCommand("insert into padron.schema_versions (component, version, fingerprint) values ($1, $2, $3)", connection)
            {
                Parameters = { new() { Value = script.Component }, new() { Value = script.Version }, new() { Value = script.Fingerprint } },
            };
            await record.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return missing;
    }

    /// <summary>The installed version of each component; null when the database has no Padrón schema.</summary>
    public async Task<IReadOnlyDictionary<string, int>?> VersionsAsync(CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        return (await InstalledAsync(connection, ct))?
            .GroupBy(row => row.Key.Component)
            .ToDictionary(rows => rows.Key, rows => rows.Max(row => row.Key.Version));
    }

    /// <summary>What <see cref="InstallAsync"/> would run.</summary>
    /// <exception cref="SchemaMismatchException">It would be refused.</exception>
    public async Task<IReadOnlyList<SchemaScript>> MissingAsync(IReadOnlyList<SchemaScript> scripts, CancellationToken ct = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(ct);
        return Missing(scripts, await InstalledAsync(connection, ct) ?? []);
    }

    static SchemaScript[] Missing(IReadOnlyList<SchemaScript> scripts, Dictionary<(string Component, int Version), string> installed)
    {
        var known = scripts.ToDictionary(script => (script.Component, script.Version), script => script.Fingerprint);
        foreach (var (key, fingerprint) in installed)
        {
            if (!known.TryGetValue(key, out var expected))
                throw new SchemaMismatchException($"The database has version {key.Version} of '{key.Component}', which this program does not know: upgrade padron.");
            if (expected != fingerprint)
                throw new SchemaMismatchException($"Version {key.Version} of '{key.Component}' was installed from another text: restore the database's own padron version, or start with a new database.");
        }

        return [.. scripts.Where(script => !installed.ContainsKey((script.Component, script.Version)))];
    }

    static async Task<Dictionary<(string Component, int Version), string>?> InstalledAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        // Not to_regclass: it answers from the session's cache, which doesn't learn, during the wait for the lock, what others made.
        await using (var exists = new NpgsqlCommand("select exists (select from pg_tables where schemaname = 'padron' and tablename = 'schema_versions')", connection))
        {
            if (await exists.ExecuteScalarAsync(ct) is not true)
                return null;
        }

        await using var command = new NpgsqlCommand("select component, version, fingerprint from padron.schema_versions", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var installed = new Dictionary<(string, int), string>();
        while (await reader.ReadAsync(ct))
            installed.Add((reader.GetString(0), reader.GetInt32(1)), reader.GetString(2));
        return installed;
    }

    // An index on millions of rows takes minutes; cut short, the upgrade would begin again for ever.
    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        if (sql.Length == 0)
            return;
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task RefuseForeignEventsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select exists (select from pg_tables where schemaname = 'events' and tablename in ('mt_events', 'mt_streams'))", connection);
        if (await command.ExecuteScalarAsync(ct) is true)
        {
            throw new SchemaMismatchException(
                "The database holds the events of another application, in the schema 'events': name a database of Padrón's own in PADRON_DATABASE.");
        }
    }

    const string CreateVersions = """
        create schema if not exists padron;
        create table if not exists padron.schema_versions (
            component    text not null,
            version      integer not null,
            fingerprint  text not null,
            installed_at timestamptz not null default now(),
            primary key (component, version)
        )
        """;
}

/// <summary>The database's schema and this program don't fit; the message says which of the two to change.</summary>
public sealed class SchemaMismatchException(string message) : Exception(message);
