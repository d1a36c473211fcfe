namespace Padron.Adapters.Postgres;

/// <summary>Whose a directory is and who may enter it, as ls writes it: <c>drwx------</c>, perhaps with a mark for an ACL after it.</summary>
sealed record DirectoryEntry(string Mode, string Owner)
{
    public bool IsPrivateTo(string user) => Owner == user && Mode.StartsWith("drwx------", StringComparison.Ordinal);

    /// <returns>Null where nothing has that name. A symbolic link is read as itself.</returns>
    public static async Task<DirectoryEntry?> ReadAsync(string path, CancellationToken ct)
    {
        // .NET has no way to ask for the owner, and ls is the one that has the same form everywhere.
        var listed = await ChildProcess.RunAsync("ls", ["-ld", "--", path], "", ct);
        return listed.Succeeded && listed.Output.Split(' ', 4, StringSplitOptions.RemoveEmptyEntries) is [var mode, _, var owner, _]
            ? new(mode, owner)
            : null;
    }
}
