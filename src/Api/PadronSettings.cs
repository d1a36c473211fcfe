using Npgsql;

namespace Padron.Api;

/// <summary>Where this installation lives. From <c>appsettings.json</c> in the current directory, then the environment (<c>PADRON_…</c>).</summary>
/// <param name="Database">Connection string of a PostgreSQL ≥ 15 (<c>PADRON_DATABASE</c>); null: a private server is run in the data directory.</param>
/// <param name="DataDirectory">Private server, contact key and lock files (<c>PADRON_DATA_DIR</c>); /var/lib/padron for root, else .padron.</param>
/// <param name="ContactKeyFile">The contact key (<c>PADRON_CONTACT_KEY_FILE</c>); contact.key in the data directory unless set.</param>
/// <param name="ReadPatience">How long a command waits for a read model that another process is writing (<c>PADRON_READ_PATIENCE</c>, seconds; 10).</param>
/// <param name="ExtractionFilesKeptFor">How long a process that serves keeps the files of delivered extractions (<c>PADRON_EXTRACTION_FILE_DAYS</c>; 30); null: for ever (0).</param>
/// <param name="QueueLease">After how long without a sign of life a worker counts as dead (<c>PADRON_QUEUE_LEASE</c>, seconds; 30).</param>
public sealed record PadronSettings(
    string? Database, string DataDirectory, string ContactKeyFile, TimeSpan ReadPatience, TimeSpan? ExtractionFilesKeptFor, TimeSpan QueueLease)
{
    /// <exception cref="FormatException">A setting can't be read; the message names it.</exception>
    public static PadronSettings Read()
    {
        var configuration = new ConfigurationBuilder()
            .SetBasePath(Environment.CurrentDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddEnvironmentVariables("PADRON_")
            .Build();
        var data = Adapters.Postgres.DataDirectory.Resolve(configuration["DATA_DIR"], Environment.IsPrivilegedProcess, Environment.CurrentDirectory);
        return new(
            configuration["DATABASE"] is { Length: > 0 } database ? RequireConnectionString(database) : null,
            data,
            configuration["CONTACT_KEY_FILE"] is { Length: > 0 } key ? Path.GetFullPath(key) : Path.Combine(data, "contact.key"),
            TimeSpan.FromSeconds(ReadNumber(configuration, "READ_PATIENCE", otherwise: 10, from: 0, to: 3600, "seconds")),
            ReadNumber(configuration, "EXTRACTION_FILE_DAYS", otherwise: 30, from: 0, to: 3650, "days") is > 0 and var days ? TimeSpan.FromDays(days) : null,
            TimeSpan.FromSeconds(ReadNumber(configuration, "QUEUE_LEASE", otherwise: 30, from: 5, to: 600, "seconds")));
    }

    static string RequireConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (ArgumentException error)
        {
            throw new FormatException($"PADRON_DATABASE can't be read ({error.Message}): give a connection string such as Host=localhost;Username=padron;Database=padron.", error);
        }
    }

    static double ReadNumber(IConfiguration configuration, string name, double otherwise, double from, double to, string unit) =>
        configuration[name] is not { Length: > 0 } text ? otherwise
        : double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= from && number <= to ? number
        : throw new FormatException($"PADRON_{name} is '{text}': give {unit} from {from} to {to}.");
}
