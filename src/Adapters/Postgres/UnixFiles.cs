namespace Padron.Adapters.Postgres;

/// <summary>Files and directories with exact modes, whatever the umask.</summary>
static class UnixFiles
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>0711: others may pass through to what is theirs, but not look around.</summary>
    public const UnixFileMode PassThrough = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Makes a directory and those above it that are missing, each with this mode. One that exists keeps its own.</summary>
    public static void CreateDirectory(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            throw OnWindows();

        if (Directory.Exists(path))
            return;

        if (Path.GetDirectoryName(path) is { } parent)
            CreateDirectory(parent, mode);
        Directory.CreateDirectory(path, OwnerOnly);
        File.SetUnixFileMode(path, mode);
    }

    public static FileStream OpenOrCreate(string path, FileShare share)
    {
        if (OperatingSystem.IsWindows())
            throw OnWindows();

        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, // who can open a lock file can hold it for ever
        });
    }

    static PostgresUnavailableException OnWindows() =>
        new("On Windows Padrón runs no server of its own: give one with PADRON_DATABASE (a connection string).");
}
