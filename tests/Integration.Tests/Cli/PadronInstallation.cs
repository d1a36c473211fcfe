using Padron.Domain.Contacts;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Cli;

/// <summary>Settings and a folder for commands of one installation, over a test's database or a private server.</summary>
sealed class PadronInstallation : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("padron-cli-");

    /// <param name="database">A connection string; null for a private server.</param>
    /// <param name="dataDirectory">The private server's; somewhere in the folder unless given.</param>
    public PadronInstallation(string? database, string? dataDirectory = null)
    {
        KeyFile = PathOf("contact.key");
        Environment = new()
        {
            ["PADRON_DATA_DIR"] = dataDirectory ?? PathOf("data"),
            ["PADRON_CONTACT_KEY_FILE"] = KeyFile,

            // Tests run on full machines too.
            ["PADRON_RESERVE_DISK"] = "64",
            ["PADRON_RESERVE_DISK_PERCENT"] = "0",
            ["PADRON_RESERVE_MEMORY"] = "0",
        };
        if (database is not null)
            Environment["PADRON_DATABASE"] = database;
    }

    public string KeyFile { get; }

    public Dictionary<string, string> Environment { get; }

    /// <summary>Over a database that has the schema, with the key it was made with.</summary>
    public static PadronInstallation Of(PadronDatabase database)
    {
        var installation = new PadronInstallation(database.ConnectionString);
        installation.WriteKey(first: 1);
        return installation;
    }

    public string PathOf(string file) => Path.Combine(folder.FullName, file);

    /// <param name="first">1 gives the key of <see cref="PadronDatabase.Key"/>, any other another key.</param>
    /// <param name="mode">Of the file.</param>
    public void WriteKey(byte first, UnixFileMode mode = OwnerOnly)
    {
        File.WriteAllText(KeyFile, Convert.ToHexStringLower([.. Enumerable.Range(first, ContactKey.Size).Select(i => (byte)i)]) + "\n");
        File.SetUnixFileMode(KeyFile, mode);
    }

    public PadronProcess Start(params IEnumerable<string> arguments) => PadronProcess.Start(folder.FullName, Environment, arguments);

    public async Task<ProcessEnd> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync();
    }

    public void Dispose() => folder.Delete(recursive: true);
}
