using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Padron.StockMarten.Tests;

/// <summary>A PostgreSQL for these tests: the private one of an installation of its own, which <c>padron serve</c> holds up.</summary>
sealed class Server : IAsyncDisposable
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    const UnixFileMode PassThrough = Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Not TMPDIR: run by root, the server is another user, who may not reach root's.
    readonly string folder = $"/tmp/padron-stock-{Guid.NewGuid():N}"[..28];
    readonly Dictionary<string, string> settings;
    Process? serve;

    Server()
    {
        Directory.CreateDirectory(folder, PassThrough);
        settings = new() { ["PADRON_DATA_DIR"] = folder, ["PADRON_URLS"] = "http://127.0.0.1:0" };
    }

    /// <returns>How to connect to a new database, as superuser.</returns>
    public async Task<NpgsqlConnectionStringBuilder> CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres").ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync();
        return ConnectionTo(name);
    }

    /// <summary>In the folder that goes with the server.</summary>
    public string PathOf(string file) => Path.Combine(folder, file);

    public static async Task<Server> StartAsync()
    {
        var server = new Server();
        try
        {
            await PadronProgram.AskAsync(server.settings, "init");
            server.serve = PadronProgram.Start(server.settings, "serve", "--without", "worker,projections");
            while (await server.serve.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("Listening on", StringComparison.Ordinal))
                    return server;
            }

            throw new InvalidOperationException(await server.serve.StandardError.ReadToEndAsync());
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (serve is { HasExited: false })
        {
            using (var kill = Process.Start("kill", ["-TERM", serve.Id.ToString(CultureInfo.InvariantCulture)]))
                await kill.WaitForExitAsync();
            await PadronProgram.EndAsync(serve);
        }

        serve?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    NpgsqlConnectionStringBuilder ConnectionTo(string database) => new()
    {
        Host = PathOf("run"), // the server's socket
        Username = "padron",
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };
}
