using Npgsql;

namespace Padron.Api;

/// <summary>Where this installation lives. From <c>appsettings.json</c> in the current directory, then the environment (<c>PADRON_…</c>).</summary>
/// <param name="Database">Connection string of a PostgreSQL ≥ 15 (<c>PADRON_DATABASE</c>); null: a private server is run in the data directory.</param>
/// <param name="DataDirectory">Private server, contact key and lock files (<c>PADRON_DATA_DIR</c>); /var/lib/padron for root, else .padron.</param>
/// <param name="ContactKeyFile">The contact key (<c>PADRON_CONTACT_KEY_FILE</c>); contact.key in the data directory unless set.</param>
/// <param name="ReadPatience">How long a command waits for a read model that another process is writing (<c>PADRON_READ_PATIENCE</c>, seconds; 10).</param>
public sealed record PadronSettings(string? Database, string DataDirectory, string ContactKeyFile, TimeSpan ReadPatience)
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
            ReadSeconds(configuration["READ_PATIENCE"], 10));
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

    static TimeSpan ReadSeconds(string? text, double otherwise) =>
        text is not { Length: > 0 } ? TimeSpan.FromSeconds(otherwise)
        : double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 3600 ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException($"PADRON_READ_PATIENCE is '{text}': give seconds from 0 to 3600.");
}
