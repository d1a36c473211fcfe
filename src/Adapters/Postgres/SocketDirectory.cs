using System.Security.Cryptography;
using System.Text;

namespace Padron.Adapters.Postgres;

/// <summary>Where the server's socket is: in the data directory, or under the temporary one when that path is too long for a socket.</summary>
/// <remarks>Trust authentication rests on it: who can enter this directory is let in as superuser, so it is the server user's alone.</remarks>
static class SocketDirectory
{
    /// <summary>The port only names the file: there is no TCP.</summary>
    public const int Port = 5432;

    public static readonly string File = $".s.PGSQL.{Port}";

    // sun_path has 108 bytes on Linux, 104 on macOS, a zero at the end included.
    const int LongestPath = 103;

    public static async Task<string> CreateAsync(ClusterPaths paths, ServerUser user, CancellationToken ct)
    {
        if (Fits(paths.Run))
        {
            await user.CreateDirectoryAsync(paths.Run, ct);
            return paths.Run;
        }

        // In a directory that all may write to, the name can have been taken before us: what we did not make, we check.
        var elsewhere = Elsewhere(paths.Data);
        await user.RunAsync("mkdir", ["-m", "700", elsewhere], ct);
        if (await DirectoryEntry.ReadAsync(elsewhere, ct) is not { } entry || !entry.IsPrivateTo(user.Name))
            throw new PostgresUnavailableException($"{elsewhere}, where the database's socket goes, is not {user.Name}'s own with mode 0700: remove it.");
        return elsewhere;
    }

    /// <summary>Removes the one under the temporary directory; the data directory keeps its own.</summary>
    public static Task RemoveAsync(string directory, ClusterPaths paths, ServerUser user, CancellationToken ct) =>
        directory == paths.Run ? Task.CompletedTask : user.RunAsync("rmdir", [directory], ct);

    // Npgsql reads a comma as the next host and a colon as a port.
    static bool Fits(string directory) =>
        Encoding.UTF8.GetByteCount(Path.Combine(directory, File)) <= LongestPath && directory.AsSpan().IndexOfAny(',', ':') < 0;

    // Root's TMPDIR is often root's alone.
    static string Elsewhere(string data) =>
        Path.Combine(
            Environment.IsPrivilegedProcess ? "/tmp" : Path.GetTempPath(),
            $"padron-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)).AsSpan(0, 8))}");
}
