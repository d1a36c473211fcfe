using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Padron.Adapters.Contacts;
using Padron.Adapters.Postgres;
using Padron.Api;
using Padron.Application.Imports.Phases;
using Padron.Application.Installation;
using Padron.Domain.Contacts;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Benchmarks;

/// <summary>A register on a private server of its own, with the server's settings of production, and the product's services over it.</summary>
/// <remarks>What only the benchmarks need is in the schema <c>bench</c>.</remarks>
sealed class Register : IAsyncDisposable
{
    readonly PrivateCluster cluster;
    readonly ServiceProvider services;

    Register(string directory, PrivateCluster cluster, NpgsqlDataSource dataSource, ContactKey key)
    {
        (Directory, this.cluster, DataSource) = (directory, cluster, dataSource);
        services = new ServiceCollection().AddPadron(dataSource).AddContacts(key).AddImports(new DatabaseAddress(cluster.ConnectionString)).BuildServiceProvider();
    }

    /// <summary>For files; removed at the end.</summary>
    public string Directory { get; }

    public string KeyFile => Path.Combine(Directory, "contact.key");

    public string ConnectionString => cluster.ConnectionString;

    public NpgsqlDataSource DataSource { get; }

    public CatchUp CatchUp => Get<CatchUp>();

    public ProjectionStatuses Statuses => Get<ProjectionStatuses>();

    public EventSessions Store => Get<EventSessions>();

    public bool IsFilled { get; set; }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public static async Task<Register> OpenAsync()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("padron-bench-").FullName;
        if (!OperatingSystem.IsWindows()) // the private server's own user must get through
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var server = await PrivateCluster.AttachAsync(new PrivateClusterOptions(Path.Combine(directory, "data")), CancellationToken.None);
        var key = ContactKeyFile.Create(Path.Combine(directory, "contact.key"));
        var register = new Register(directory, server, NpgsqlDataSource.Create(server.ConnectionString), key);
        await register.Get<Installer>().InstallAsync(key);
        await register.ExecuteAsync("create schema bench");
        return register;
    }

    public async Task CatchUpAsync()
    {
        if (!await CatchUp.RunAsync(TimeSpan.FromMinutes(10)))
            throw new InvalidOperationException("The read models did not catch up: who else writes them?");
    }

    /// <summary>A data source whose unqualified names mean tables of these schemas, and whose statements may take as long as they do.</summary>
    public NpgsqlDataSource In(string searchPath) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { SearchPath = searchPath, CommandTimeout = 0 });

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = DataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <returns>Rows affected.</returns>
    public async Task<int> ExecuteAsync(string sql, params object[] values)
    {
        await using var command = DataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Writes the rows of a query as binary COPY has them.</summary>
    public async Task DumpAsync(string query, string path)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var rows = await connection.BeginRawBinaryCopyAsync($"copy ({query}) to stdout (format binary)");
        await using var file = File.Create(path);
        await rows.CopyToAsync(file);
    }

    /// <summary>Copies such a file into a table.</summary>
    public async Task LoadAsync(string path, string table)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var rows = await connection.BeginRawBinaryCopyAsync($"copy {table} from stdin (format binary)");
        await using var file = File.OpenRead(path);
        await file.CopyToAsync(rows);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await DataSource.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await cluster.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
