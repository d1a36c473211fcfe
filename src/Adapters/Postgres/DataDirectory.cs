namespace Padron.Adapters.Postgres;

/// <summary>Where an installation keeps what is its own: the private cluster in <c>pg</c>, and beside it the contact key and lock files.</summary>
public static class DataDirectory
{
    /// <returns>PADRON_DATA_DIR, else a default of this process; always a full path.</returns>
    public static string Resolve() =>
        Resolve(Environment.GetEnvironmentVariable("PADRON_DATA_DIR"), Environment.IsPrivilegedProcess, Environment.CurrentDirectory);

    /// <param name="configured">What the operator asked for; nothing when null or empty.</param>
    /// <param name="asRoot">Root's server runs as another user, who seldom reaches root's working directory.</param>
    /// <param name="currentDirectory">Holds <c>.padron</c> where nothing is configured and we are not root.</param>
    public static string Resolve(string? configured, bool asRoot, string currentDirectory) =>
        Path.GetFullPath(
            !string.IsNullOrEmpty(configured) ? configured
            : asRoot ? "/var/lib/padron"
            : ".padron",
            currentDirectory);
}
