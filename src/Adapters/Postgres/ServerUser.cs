namespace Padron.Adapters.Postgres;

/// <summary>The account the server runs as: our own, or another when we are root, as which PostgreSQL refuses to run.</summary>
/// <remarks>
/// What lies in the server's directories is written as that account too: root that writes where another can place
/// symbolic links can be led to overwrite any file.
/// </remarks>
sealed class ServerUser
{
    readonly string[] prefix;

    ServerUser(string name, bool isOther)
    {
        Name = name;
        IsOther = isOther;
        // Not setpriv: busybox has one that cannot change the user.
        prefix = !isOther ? []
            : ChildProcess.Exists("runuser") ? ["runuser", "-u", name, "--"]
            : ["su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--", name];
    }

    public string Name { get; }

    /// <summary>Whether we are root and the server is not.</summary>
    public bool IsOther { get; }

    /// <summary>The owner of the cluster runs it; while there is none, <c>postgres</c> or else <c>nobody</c> does.</summary>
    public static async Task<ServerUser> OfAsync(string cluster, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
            return new(Environment.UserName, isOther: false);
        if (await DirectoryEntry.ReadAsync(cluster, ct) is { } existing)
            return existing.Owner is not "root"
                ? new(existing.Owner, isOther: true)
                : throw new PostgresUnavailableException(
                    $"{cluster} belongs to root, as whom PostgreSQL refuses to run: give it to the user who made it (chown -R postgres {cluster}).");

        foreach (var name in (string[])["postgres", "nobody"])
        {
            if ((await ChildProcess.RunAsync("id", ["-u", name], "", ct)).Succeeded)
                return new(name, isOther: true);
        }

        throw new PostgresUnavailableException(
            "PostgreSQL refuses to run as root and this machine has neither a user postgres nor nobody: add one, or run Padrón as an ordinary user.");
    }

    public Task<Finished> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct, string input = "")
    {
        string[] command = [.. prefix, program, .. arguments];
        return ChildProcess.RunAsync(command[0], command[1..], input, ct);
    }

    /// <summary>Runs a script for sh, which has its arguments as <c>$1</c>, <c>$2</c>…</summary>
    public Task<Finished> ShellAsync(string script, string[] arguments, CancellationToken ct, string input = "") =>
        RunAsync("/bin/sh", ["-c", script, "sh", .. arguments], ct, input);

    /// <summary>Makes a directory that only the server's user and root can enter.</summary>
    public async Task CreateDirectoryAsync(string path, CancellationToken ct)
    {
        UnixFiles.CreateDirectory(path, UnixFiles.OwnerOnly);
        if (IsOther && await ChildProcess.RunAsync("chown", [Name, path], "", ct) is { Succeeded: false } failed)
            throw new PostgresUnavailableException($"{path} cannot be given to the user {Name}: {failed.Output.Trim()}");
    }

    /// <summary>Checks that the server can reach a directory, which need not exist yet. Changes nothing.</summary>
    /// <exception cref="PostgresUnavailableException">One of the directories on the way is closed to it; the message names it.</exception>
    public async Task RequireReachAsync(string directory, CancellationToken ct)
    {
        if (!IsOther)
            return;

        var way = new Stack<string>();
        for (var at = directory; at is not null; at = Path.GetDirectoryName(at))
            way.Push(at);

        // Where a parent is closed, what is below is invisible to that user: so only the first that fails counts.
        string[] existing = [.. way.Where(Directory.Exists)];
        var closed = await ShellAsync("for d do [ -x \"$d\" ] || { printf %s \"$d\"; exit 1; }; done", existing, ct);
        if (!closed.Succeeded)
        {
            throw new PostgresUnavailableException(
                $"PostgreSQL does not run as root, and the user {Name}, as whom it would run, cannot enter {closed.Output}, so not reach the data directory "
                + $"{directory} either: choose another with PADRON_DATA_DIR, such as /var/lib/padron, or open this one (chmod o+x {closed.Output}).");
        }
    }
}
