using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using Padron.Adapters.Postgres;
using Padron.Application.Imports.Phases;
using Padron.Domain.Imports;

namespace Padron.Adapters.Backups;

/// <summary>Dumps the database with the machine's pg_dump, and lets pg_restore read the dump's contents.</summary>
/// <remarks>The connection goes to the program through its environment, which only we can read; its arguments are for everybody to see.</remarks>
public sealed class PostgresDump(DatabaseAddress address) : IDatabaseBackup
{
    static readonly NpgsqlConnectionStringBuilder Defaults = [];

    public async Task<ImportBackup> BackUpAsync(string target, CancellationToken ct)
    {
        var programs = Find(await ServerMajorAsync(ct));
        var unfinished = target + ".unfinished";
        await PrivateFiles.Create(unfinished).DisposeAsync(); // pg_dump keeps the mode of a file that exists
        try
        {
            await RunAsync(programs, "pg_dump", ["--format=custom", "--no-password", $"--file={unfinished}"], ct);
            await RunAsync(programs, "pg_restore", ["--list", unfinished], ct);
            string sha256;
            await using (var file = File.OpenRead(unfinished))
                sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
            File.Move(unfinished, target, overwrite: true);
            return new(target, new FileInfo(target).Length, sha256);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    async Task RunAsync(string directory, string program, string[] arguments, CancellationToken ct)
    {
        var run = await ChildProcess.RunAsync(Path.Combine(directory, program), arguments, "", ct, Environment(new(address.ConnectionString)));
        if (!run.Succeeded)
            throw new BackupException($"The database could not be backed up: {run.Output.Trim()} Mend that, or do without a backup by --no-backup.");
    }

    async Task<int> ServerMajorAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(ct);
        return connection.PostgreSqlVersion.Major;
    }

    // pg_dump reads servers of its own version and older ones. A machine with the clients alone has no server programs.
    internal static string Find(int serverMajor)
    {
        var directories = System.Environment.GetEnvironmentVariable("PADRON_PG_BIN") is { Length: > 0 } chosen ? [chosen] : PostgresBinaries.DirectoriesOfThisMachine();
        return directories.Distinct()
            .Where(directory => File.Exists(Path.Combine(directory, "pg_restore")))
            .Select(directory => (Directory: directory, Major: PostgresBinaries.MajorOfProgram(Path.Combine(directory, "pg_dump"))))
            .Where(found => found.Major >= serverMajor)
            .OrderBy(found => found.Major)
            .Select(found => found.Directory)
            .FirstOrDefault()
            ?? throw new BackupException(
                $"The database holds contacts and is to be backed up first, but this machine has no pg_dump of PostgreSQL {serverMajor} or newer: "
                + $"install it with `{InstallLine.ForThisMachine()}`, or do without a backup by --no-backup.");
    }

    internal static Dictionary<string, string> Environment(NpgsqlConnectionStringBuilder connection)
    {
        var variables = new Dictionary<string, string?>
        {
            ["PGHOST"] = connection.Host,
            ["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = connection.Username,
            ["PGPASSWORD"] = connection.Password,
            ["PGPASSFILE"] = connection.Passfile,
            ["PGDATABASE"] = connection.Database ?? connection.Username,
            ["PGSSLROOTCERT"] = connection.RootCertificate,
            ["PGSSLCERT"] = connection.SslCertificate,
            ["PGSSLKEY"] = connection.SslKey,
            ["PGSSLMODE"] = connection.SslMode == Defaults.SslMode ? null : SslModeOf(connection.SslMode),
            ["PGGSSENCMODE"] = "disable", // it complains where Kerberos is not set up
        };
        return variables.Where(variable => !string.IsNullOrEmpty(variable.Value)).ToDictionary(variable => variable.Key, variable => variable.Value!);
    }

    static string SslModeOf(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(),
    };
}
