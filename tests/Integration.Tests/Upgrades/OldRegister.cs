using System.IO.Compression;
using System.Text.Json;
using Npgsql;
using Padron.Adapters.Backups;
using Padron.Adapters.Postgres;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Upgrades;

/// <summary>The register of register-before-marten.sql.gz, restored into a database of its own, and the program of today over it.</summary>
sealed class OldRegister : IAsyncDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly NpgsqlDataSource dataSource;

    OldRegister(string connectionString)
    {
        dataSource = NpgsqlDataSource.Create(connectionString);
        ConnectionString = connectionString;
        Padron = new(connectionString);
        File.Copy(PathOf("key"), Padron.KeyFile);
        File.SetUnixFileMode(Padron.KeyFile, OwnerOnly);
    }

    public PadronInstallation Padron { get; }

    public string ConnectionString { get; }

    /// <summary>What the program of before said of it.</summary>
    public static JsonElement Before { get; } = JsonDocument.Parse(File.ReadAllText(PathOf("json"))).RootElement;

    public static async Task<OldRegister> RestoreAsync() =>
        new(await PostgresServer.CreateDatabaseAsync(await PostgresServer.TemplateAsync("before_marten", RestoreAsync)));

    /// <summary>The command's JSON; it must have been done.</summary>
    public async Task<JsonElement> AskAsync(params IEnumerable<string> arguments) =>
        (await Padron.RunAsync([.. arguments, "--json"])).ShouldBeDone().Json;

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Padron.Dispose();
        await dataSource.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(ConnectionString);
    }

    static string PathOf(string extension) => Repository.PathOf($"tests/Integration.Tests/Upgrades/register-before-marten.{extension}");

    static async Task RestoreAsync(string connectionString)
    {
        await using var file = File.OpenRead(PathOf("sql.gz"));
        using var sql = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var psql = Path.Combine(PostgresDump.Find(PostgresBinaries.OldestMajor), "psql");
        var run = await ChildProcess.RunAsync(
            psql, ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"], await sql.ReadToEndAsync(),
            CancellationToken.None, PostgresDump.Environment(new(connectionString)));
        run.Succeeded.ShouldBeTrue(run.Output);
    }
}
