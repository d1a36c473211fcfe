using Npgsql;
using Padron.MartenExtensions.Daemon;

namespace Padron.Api.Configuration;

/// <summary>The PostgreSQL that holds the register, and this process's pool of connections to it.</summary>
/// <remarks>
/// The defaults are the customer's "Configuración optimizada" for 36 million rows. Its pool of 20 connections that stay and 30 more
/// under load is a pool of at least 20 and at most 50 here.
/// </remarks>
sealed record DatabaseOptions
{
    /// <summary>
    /// Connection string (Npgsql) of a PostgreSQL 15 or newer. Without one a private server is run in the data directory, from the machine's programs.
    /// A keyword that stands in it wins over the settings below.
    /// </summary>
    /// <value>Connection string; default none.</value>
    [Setting("DATABASE", Unit = "connection string", Secret = true)]
    public string? ConnectionString { get; init; }

    /// <summary>The password, where the connection string has none.</summary>
    /// <value>Text; default none.</value>
    [Setting("DATABASE_PASSWORD", Secret = true)]
    public string? Password { get; init; }

    /// <summary>Connections that stay open once made, however idle; never more than the maximum (DB_POOL_SIZE).</summary>
    /// <value>Connections from 0 to 500; default 20.</value>
    [Setting("DATABASE_POOL_MIN", Unit = "connections", Min = 0, Max = 500)]
    public int PoolMin { get; init; } = 20;

    /// <summary>
    /// Connections this process opens at most (DB_POOL_SIZE + DB_MAX_OVERFLOW). All processes together must stay under the server's <c>max_connections</c>.
    /// </summary>
    /// <value>Connections from 5 to 500; default 50.</value>
    [Setting("DATABASE_POOL_MAX", Unit = "connections", Min = 5, Max = 500)]
    public int PoolMax { get; init; } = 50;

    /// <summary>How long opening a connection, or waiting for one of a pool that is used up, may take (DB_POOL_TIMEOUT).</summary>
    /// <value>Seconds from 1 to 300; default 30.</value>
    [Setting("DATABASE_CONNECT_TIMEOUT", Unit = "seconds", Min = 1, Max = 300)]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection older than this is replaced when it is next given back (DB_POOL_RECYCLE). 0: never.</summary>
    /// <value>Seconds from 0 to 86400; default 3600.</value>
    [Setting("DATABASE_CONNECTION_LIFETIME", Unit = "seconds", Min = 0, Max = 86_400)]
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>A connection above the minimum that nobody used for this long is closed.</summary>
    /// <value>Seconds from 10 to 86400; default 300.</value>
    [Setting("DATABASE_IDLE_LIFETIME", Unit = "seconds", Min = 10, Max = 86_400)]
    public TimeSpan IdleLifetime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long one statement may take (DB_QUERY_TIMEOUT); projections and schema scripts take as long as they need.</summary>
    /// <value>Seconds from 1 to 3600; default 60.</value>
    [Setting("DATABASE_QUERY_TIMEOUT", Unit = "seconds", Min = 1, Max = 3600)]
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the private server may take to start, recovery after a crash included, and to stop.</summary>
    /// <value>Seconds from 10 to 86400; default 300.</value>
    [Setting("DATABASE_START_TIMEOUT", Unit = "seconds", Min = 10, Max = 86_400)]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether Padrón runs the server itself.</summary>
    public bool IsPrivate => ConnectionString is null;

    /// <summary>These settings, and over them what the server's own connection string says.</summary>
    /// <exception cref="ArgumentException">It can't be read.</exception>
    public NpgsqlConnectionStringBuilder Connect(string server)
    {
        var defaults = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "padron",
            MaxPoolSize = PoolMax,
            MinPoolSize = PoolMin,
            Timeout = (int)ConnectTimeout.TotalSeconds,
            CommandTimeout = (int)QueryTimeout.TotalSeconds,
            ConnectionLifetime = (int)ConnectionLifetime.TotalSeconds,
            ConnectionIdleLifetime = (int)IdleLifetime.TotalSeconds,
        };
        if (Password is not null)
            defaults.Password = Password;

        // Of a keyword that stands twice the last one counts, whichever of its spellings is used.
        var connection = new NpgsqlConnectionStringBuilder($"{defaults.ConnectionString};{new NpgsqlConnectionStringBuilder(server).ConnectionString}");
        connection.ApplicationName = LeaderWatch.NewProcessName(connection.ApplicationName!);
        connection.MinPoolSize = Math.Min(connection.MinPoolSize, connection.MaxPoolSize);
        return connection;
    }
}
