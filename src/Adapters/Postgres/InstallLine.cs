namespace Padron.Adapters.Postgres;

/// <summary>How PostgreSQL's server is installed on this kind of machine.</summary>
static class InstallLine
{
    public static string ForThisMachine() =>
        OperatingSystem.IsMacOS() ? "brew install postgresql@17"
        : File.Exists("/etc/os-release") ? For(File.ReadLines("/etc/os-release"))
        : For([]);

    /// <param name="osRelease">Lines of os-release(5): <c>ID</c> names the distribution, <c>ID_LIKE</c> those it descends from.</param>
    static string For(IEnumerable<string> osRelease)
    {
        string[] families =
        [
            .. osRelease
                .Where(line => line.StartsWith("ID=", StringComparison.Ordinal) || line.StartsWith("ID_LIKE=", StringComparison.Ordinal))
                .SelectMany(line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"', '\'').Split(' ')),
        ];

        return families.Contains("alpine") ? "apk add postgresql"
            : families.Intersect(["fedora", "rhel", "centos"]).Any() ? "dnf install -y postgresql-server"
            : "apt-get install -y postgresql";
    }
}
