using System.Globalization;

namespace Padron.Adapters.Postgres;

/// <summary>The files of a private cluster.</summary>
/// <param name="Data">
/// The installation's data directory, a full path. It belongs to who runs Padrón; <c>pg</c> and <c>run</c> below it to the server.
/// </param>
sealed record ClusterPaths(string Data)
{
    public string Cluster => Path.Combine(Data, "pg");
    public string Run => Path.Combine(Data, "run");
    public string VersionFile => Path.Combine(Cluster, "PG_VERSION");
    public string Log => Path.Combine(Cluster, "server.log");
    public string Settings => Path.Combine(Cluster, "padron.conf");

    /// <summary>Held, shared, by every process that uses the server; who gets it alone is the last one.</summary>
    public string UsersLock => Path.Combine(Data, "pg.users.lock");

    /// <summary>Held while a process starts the server, attaches to it or leaves it, so that none of these overlap.</summary>
    public string StartLock => Path.Combine(Data, "pg.start.lock");

    /// <summary>The version that made the cluster; null while there is none.</summary>
    public int? Major => File.Exists(VersionFile) ? int.Parse(File.ReadAllText(VersionFile), CultureInfo.InvariantCulture) : null;
}
