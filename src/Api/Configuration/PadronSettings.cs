using Npgsql;

namespace Padron.Api.Configuration;

/// <summary>All settings: from <c>appsettings.json</c> in the current directory, and over it from the environment (<c>PADRON_…</c>).</summary>
/// <remarks>Read once, when a command starts. Each class below declares its settings; <c>docs/configuration.md</c> is made from them.</remarks>
sealed record PadronSettings
{
    public DatabaseOptions Database { get; init; } = new();

    public StorageOptions Storage { get; init; } = new();

    public ReadModelOptions ReadModels { get; init; } = new();

    public CacheOptions Cache { get; init; } = new();

    public ProjectionOptions Projections { get; init; } = new();

    public QueueOptions Queue { get; init; } = new();

    public ExtractionOptions Extractions { get; init; } = new();

    public AvailabilityOptions Availability { get; init; } = new();

    public ReserveOptions Reserve { get; init; } = new();

    public ServeOptions Serve { get; init; } = new();

    public LogOptions Log { get; init; } = new();

    /// <summary>Where this installation lives, as a full path.</summary>
    public string DataDirectory => Adapters.Postgres.DataDirectory.Resolve(Storage.DataDirectory, Environment.IsPrivilegedProcess, Environment.CurrentDirectory);

    public string ContactKeyFile => Storage.ContactKeyFile is { } file ? Path.GetFullPath(file) : Path.Combine(DataDirectory, "contact.key");

    public string BackupDirectory => Path.GetFullPath(Storage.BackupDirectory ?? "backups", DataDirectory);

    /// <exception cref="FormatException">Settings that can't be used; the message has a sentence for each.</exception>
    public static PadronSettings Read() => Read(new ConfigurationBuilder()
        .SetBasePath(Environment.CurrentDirectory)
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables(Setting.Prefix)
        .Build());

    /// <exception cref="FormatException">Settings that can't be used; the message has a sentence for each.</exception>
    public static PadronSettings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var settings = new PadronSettings
        {
            Database = reader.Read<DatabaseOptions>(),
            Storage = reader.Read<StorageOptions>(),
            ReadModels = reader.Read<ReadModelOptions>(),
            Cache = reader.Read<CacheOptions>(),
            Projections = reader.Read<ProjectionOptions>(),
            Queue = reader.Read<QueueOptions>(),
            Extractions = reader.Read<ExtractionOptions>(),
            Availability = reader.Read<AvailabilityOptions>(),
            Reserve = reader.Read<ReserveOptions>(),
            Serve = reader.Read<ServeOptions>(),
            Log = reader.Read<LogOptions>(),
        };
        settings = settings with { Storage = new() { DataDirectory = settings.DataDirectory, ContactKeyFile = settings.ContactKeyFile, BackupDirectory = settings.BackupDirectory } };
        string[] mistakes = [.. reader.Mistakes, .. settings.Mistakes()];
        return mistakes.Length == 0 ? settings : throw new FormatException(string.Join(Environment.NewLine, mistakes));
    }

    // What is wrong with settings that can each be read.
    IEnumerable<string> Mistakes()
    {
        if (Cache.Mistake is { } mistake)
            yield return mistake;
        NpgsqlConnectionStringBuilder? connection = null;
        var unreadable = "";
        try
        {
            connection = Database.Connect(Database.ConnectionString ?? "");
        }
        catch (ArgumentException error)
        {
            unreadable = $"PADRON_DATABASE can't be read ({error.Message}): give a connection string such as Host=localhost;Username=padron;Database=padron.";
        }

        if (connection is null)
        {
            yield return unreadable;
            yield break;
        }

        if (Database.IsPrivate && Database.Password is not null)
            yield return "PADRON_DATABASE_PASSWORD is set and PADRON_DATABASE is not: the private server takes no password.";
        if (Database.Password is not null && connection.Password != Database.Password)
            yield return "PADRON_DATABASE has a password, and PADRON_DATABASE_PASSWORD is set too: keep one of them.";
        if (connection.MaxPoolSize < Queue.LeastConnections)
            yield return $"PADRON_QUEUE_PARALLELISM is {Queue.Parallelism} and the pool {connection.MaxPoolSize} connections: allow {Queue.LeastConnections} or more (PADRON_DATABASE_POOL_MAX), or handle fewer messages at a time.";
    }
}
