using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Padron.Adapters.Postgres;

/// <summary>The server programs of one PostgreSQL installation.</summary>
/// <param name="Directory">Where initdb, pg_ctl and postgres are.</param>
/// <param name="Major">15 for PostgreSQL 15.13.</param>
public sealed partial record PostgresBinaries(string Directory, int Major)
{
    /// <summary>The first version with <c>merge</c>, which the projections are written in.</summary>
    public const int OldestMajor = 15;

    /// <summary>Finds the newest installation of this machine.</summary>
    /// <param name="major">Only this version: a data directory is read by the version that made it and by no other.</param>
    /// <exception cref="PostgresUnavailableException">There is none; the message says how to install it.</exception>
    public static PostgresBinaries Find(int? major = null) =>
        // Who names a directory wants no other.
        Environment.GetEnvironmentVariable("PADRON_PG_BIN") is { Length: > 0 } chosen
            ? Find([chosen], major, $"in {chosen}, which PADRON_PG_BIN names")
            : Find(DirectoriesOfThisMachine(), major);

    /// <summary>
    /// The same among <paramref name="directories"/>, called <paramref name="place"/> in the message. What is missing or incomplete is passed over.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">There is none; the message says how to install it.</exception>
    public static PostgresBinaries Find(IEnumerable<string> directories, int? major = null, string place = "on this machine") =>
        directories
            .Distinct()
            .Select(directory => (directory, version: MajorOf(directory)))
            .Where(found => major is null ? found.version >= OldestMajor : found.version == major)
            .OrderByDescending(found => found.version)
            .Select(found => new PostgresBinaries(found.directory, found.version!.Value))
            .FirstOrDefault()
        ?? throw new PostgresUnavailableException(
            (major is null
                ? $"Padrón found no PostgreSQL server, version {OldestMajor} or newer, {place}: "
                : $"Padrón's data directory was made by PostgreSQL {major}, which is not {place}: ")
            + $"install it with `{InstallLine.ForThisMachine()}`, or give a server of your own with PADRON_DATABASE (a connection string).");

    public string Program(string name) => Path.Combine(Directory, name);

    /// <summary>PATH, and where packages put the server, which is seldom on it.</summary>
    internal static IEnumerable<string> DirectoriesOfThisMachine() =>
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        .. Matching("/usr/lib/postgresql", "*", "bin"), // Debian
        .. Matching("/usr", "pgsql-*", "bin"), // postgresql.org's packages for RHEL
        .. Matching("/usr/libexec", "postgresql*", ""), // Alpine
        .. Matching("/opt/homebrew/opt", "postgresql@*", "bin"), // Homebrew on ARM
        .. Matching("/usr/local/opt", "postgresql@*", "bin"), // Homebrew on Intel
    ];

    static IEnumerable<string> Matching(string parent, string pattern, string child) =>
        System.IO.Directory.Exists(parent)
            ? System.IO.Directory.GetDirectories(parent, pattern).Select(directory => Path.Combine(directory, child))
            : [];

    static int? MajorOf(string directory)
    {
        string[] programs = ["initdb", "pg_ctl", "postgres"];
        return programs.All(program => File.Exists(Path.Combine(directory, program))) ? MajorOfProgram(Path.Combine(directory, "postgres")) : null;
    }

    /// <summary>What a program of PostgreSQL's says of its version; null when it is none or can't be run.</summary>
    internal static int? MajorOfProgram(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            var start = new ProcessStartInfo(path, ["--version"]) { RedirectStandardOutput = true, UseShellExecute = false };
            using var process = Process.Start(start)!;
            var version = VersionLine().Match(process.StandardOutput.ReadToEnd());
            process.WaitForExit();
            return version.Success ? int.Parse(version.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) : null;
        }
        catch (Win32Exception)
        {
            return null; // not executable, or of another architecture
        }
    }

    // postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1); 18beta2 counts as 18
    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionLine();
}
