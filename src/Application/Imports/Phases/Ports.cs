using Padron.Domain.Imports;

namespace Padron.Application.Imports.Phases;

/// <summary>Where the database is, credentials included: for whoever makes another beside it or hands it to a program of PostgreSQL's.</summary>
/// <param name="ConnectionString">Npgsql's.</param>
public sealed record DatabaseAddress(string ConnectionString);

/// <summary>Copies a source while others may read it, and proves the copy.</summary>
public interface ISourceBackup
{
    /// <param name="path">The source.</param>
    /// <param name="target">A file; what stood there is replaced when the copy is proven.</param>
    /// <param name="progress">Told of pages.</param>
    /// <param name="ct">Stops, and leaves nothing.</param>
    /// <exception cref="FormatException">The source is damaged, or was changed meanwhile.</exception>
    Task<ImportBackup> BackUpAsync(string path, string target, IProgress<ImportStep>? progress, CancellationToken ct);
}

/// <summary>Dumps the whole database, all in one snapshot, and proves that the dump can be read.</summary>
public interface IDatabaseBackup
{
    /// <param name="target">A file; what stood there is replaced when the dump is proven.</param>
    /// <param name="ct">Stops, and leaves nothing.</param>
    /// <exception cref="BackupException">It could not be done; the message says what to do.</exception>
    Task<ImportBackup> BackUpAsync(string target, CancellationToken ct);
}

/// <summary>A backup could not be made; the message says why and what to do.</summary>
public sealed class BackupException(string message) : Exception(message);

/// <summary>Directories and files that only their owner can read: a backup holds every number and name.</summary>
public static class PrivateFiles
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
    }

    /// <summary>Opens a file anew, with mode 0600 before anything is in it.</summary>
    public static FileStream Create(string path)
    {
        File.Delete(path); // one that exists would keep its mode
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
