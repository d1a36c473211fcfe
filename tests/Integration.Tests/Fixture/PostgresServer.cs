using System.Collections.Concurrent;
using Npgsql;

namespace Padron.Integration.Tests.Fixture;

/// <summary>
/// The PostgreSQL of a test run: one private cluster, started by the first test that asks, or the server of PADRON_TEST_DATABASE
/// (a connection string of a user who may create databases). Each test or class makes databases of its own, so all can run at once.
/// </summary>
public static class PostgresServer
{
    static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new();
    static readonly ConcurrentBag<string> Made = [];
    static readonly Lazy<Task<string>> Server = new(() =>
        Environment.GetEnvironmentVariable("PADRON_TEST_DATABASE") is { Length: > 0 } given ? Task.FromResult(given) : TestCluster.StartAsync());

    /// <param name="template">A name given to <see cref="TemplateAsync"/>; an empty database without one.</param>
    /// <returns>The connection string of a new database.</returns>
    public static async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var source = template is null ? "" : $" template {await Templates[template].Value}";
        return await CreateAsync($"test_{Guid.NewGuid():N}", source);
    }

    /// <summary>Ends what sessions are left and drops the database. The run's end does it as well, so only big ones need it.</summary>
    public static async Task DropDatabaseAsync(string connectionString)
    {
        await using (var connection = new NpgsqlConnection(connectionString))
            NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"drop database if exists {new NpgsqlConnectionStringBuilder(connectionString).Database} with (force)");
    }

    /// <summary>Builds a database once a run, for <see cref="CreateDatabaseAsync"/> to copy, which takes milliseconds where a schema takes a second.</summary>
    /// <param name="name">Of letters, digits and underscores.</param>
    /// <param name="build">Fills the database of the connection string it is given.</param>
    /// <returns>The name, as soon as the template can be copied.</returns>
    public static async Task<string> TemplateAsync(string name, Func<string, Task> build)
    {
        await Templates.GetOrAdd(name, _ => new(() => BuildAsync(name, build))).Value;
        return name;
    }

    /// <summary>Called at the run's end, by <see cref="StoppingTestFramework"/>.</summary>
    internal static async Task StopAsync()
    {
        if (!Server.IsValueCreated || !Server.Value.IsCompletedSuccessfully)
            return;

        NpgsqlConnection.ClearAllPools();
        if (await TestCluster.StopAsync())
            return;
        foreach (var database in Made)
            await ExecuteAsync($"drop database if exists {database} with (force)");
    }

    static async Task<string> BuildAsync(string name, Func<string, Task> build)
    {
        var connectionString = await CreateAsync($"template_{name}_{Guid.NewGuid():N}", "");
        await build(connectionString);

        // PostgreSQL copies no database that has a session: end what the pool keeps, and let nobody in any more.
        await using (var connection = new NpgsqlConnection(connectionString))
            NpgsqlConnection.ClearPool(connection);
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        await ExecuteAsync($"alter database {database} allow_connections false");
        await ExecuteAsync($"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{database}'");
        return database;
    }

    static async Task<string> CreateAsync(string database, string source)
    {
        await ExecuteAsync($"create database {database}{source}");
        Made.Add(database);
        return new NpgsqlConnectionStringBuilder(await Server.Value)
        {
            Database = database,
            // Every database has a pool of its own, and hundreds of them share the server's connections.
            MaxPoolSize = 20,
            ConnectionIdleLifetime = 5,
            ConnectionPruningInterval = 5,
        }.ConnectionString;
    }

    static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(await Server.Value) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
