using Npgsql;

namespace Padron.Adapters.Postgres;

/// <summary>
/// Padrón's own PostgreSQL server, from the machine's programs, for who has given none. Processes that use the same data directory
/// share one server: the first starts it, the last one out stops it.
/// </summary>
/// <remarks>
/// A process that is killed leaves the server running; the next finds it, uses it and stops it. Dispose after everything that has a
/// connection: sessions still open are ended.
/// </remarks>
public sealed class PrivateCluster : IAsyncDisposable
{
    const string Database = "padron";

    readonly ClusterPaths paths;
    readonly ClusterServer server;
    readonly PrivateClusterOptions options;
    FileStream? use;

    PrivateCluster(ClusterPaths paths, ClusterServer server, PrivateClusterOptions options)
    {
        (this.paths, this.server, this.options) = (paths, server, options);
    }

    /// <summary>Leads to the database <c>padron</c> as superuser, over the Unix socket.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>The installation's, as a full path; the cluster is in <c>pg</c> below it.</summary>
    public string DataDirectory => paths.Data;

    /// <exception cref="PostgresUnavailableException">No programs, a data directory out of the server's reach, or a server that does not start.</exception>
    public static async Task<PrivateCluster> AttachAsync(PrivateClusterOptions options, CancellationToken ct)
    {
        var cluster = await OpenAsync(options, ct);
        UnixFiles.CreateDirectory(cluster.DataDirectory, Environment.IsPrivilegedProcess ? UnixFiles.PassThrough : UnixFiles.OwnerOnly);

        await using var starting = await ClusterLock.TakeAloneAsync(cluster.paths.StartLock, options.StartTimeout, ct);
        try
        {
            cluster.use = ClusterLock.TryShare(cluster.paths.UsersLock); // alone it is held under the start lock only, which is ours
            cluster.ConnectionString = ConnectionTo(await cluster.server.EnsureRunningAsync(ct));
            await CreateDatabaseAsync(cluster.ConnectionString, ct);
            return cluster;
        }
        catch
        {
            await cluster.LeaveAsync();
            throw;
        }
    }

    /// <summary>Stops the server that killed processes left at a data directory, if there is one and nobody uses it.</summary>
    public static async Task StopUnusedAsync(PrivateClusterOptions options, CancellationToken ct)
    {
        var cluster = await OpenAsync(options, ct);
        await using var starting = await ClusterLock.TakeAloneAsync(cluster.paths.StartLock, options.StartTimeout, ct);
        await cluster.server.StopIfUnusedAsync(ct);
    }

    /// <exception cref="PostgresUnavailableException">The server did not stop. It stays usable, and the next process to leave tries again.</exception>
    public async ValueTask DisposeAsync()
    {
        if (use is null)
            return;

        await using var stopping = await ClusterLock.TakeAloneAsync(paths.StartLock, options.StartTimeout, CancellationToken.None);
        await LeaveAsync();
    }

    async Task LeaveAsync()
    {
        if (use is not null)
            await use.DisposeAsync();
        use = null;
        await server.StopIfUnusedAsync(CancellationToken.None);
    }

    /// <summary>Looks, and leaves nothing behind when it refuses.</summary>
    static async Task<PrivateCluster> OpenAsync(PrivateClusterOptions options, CancellationToken ct)
    {
        var files = new ClusterPaths(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.DataDirectory)));
        var user = await ServerUser.OfAsync(files.Cluster, ct);
        await user.RequireReachAsync(files.Data, ct);
        return new(files, new ClusterServer(files, user, PostgresBinaries.Find(files.Major), options), options);
    }

    static string ConnectionTo(string socketDirectory) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = socketDirectory,
            Port = SocketDirectory.Port,
            Username = ClusterCreation.Superuser,
            Database = Database,
            // A socket is private already; and looking for Kerberos complains on machines that lack its library.
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;

    static async Task CreateDatabaseAsync(string connectionString, CancellationToken ct)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand($"select from pg_database where datname = '{Database}'", connection);
        await using (var found = await exists.ExecuteReaderAsync(ct))
        {
            if (found.HasRows)
                return;
        }

        await using var create = new NpgsqlCommand($"create database {Database}", connection);
        await create.ExecuteNonQueryAsync(ct);
    }
}
