using Microsoft.Data.Sqlite;
using Padron.Application.Imports;
using Padron.Application.Imports.Phases;
using Padron.Domain.Imports;
using SQLitePCL;

namespace Padron.Adapters.Backups;

/// <summary>Copies the source page by page with SQLite's own interface for that, and compares what both sides hold.</summary>
public sealed class SqliteBackup : ISourceBackup
{
    // 16 MB of the usual pages: a step is done in tens of milliseconds, and then it can be stopped.
    const int PagesAStep = 4_096;

    public Task<ImportBackup> BackUpAsync(string path, string target, IProgress<ImportStep>? progress, CancellationToken ct) =>
        Task.Run(() => BackUp(path, target, progress, ct), ct);

    static ImportBackup BackUp(string path, string target, IProgress<ImportStep>? progress, CancellationToken ct)
    {
        var unfinished = target + ".unfinished";
        DeleteJournals(unfinished);
        PrivateFiles.Create(unfinished).Dispose();
        try
        {
            string sha256;
            using (var source = Open(path, SqliteOpenMode.ReadOnly))
            {
                using var copy = Open(unfinished, SqliteOpenMode.ReadWrite);
                Copy(source.Handle!, copy.Handle!, progress, ct);
                RequireWhole(copy, path, ct);
                progress?.Report(new("Comparing the backup with the source"));
                sha256 = SqliteContent.Sha256(copy, ct);
                if (SqliteContent.Sha256(source, ct) != sha256)
                    throw new FormatException($"{path} was changed while it was backed up: let nothing write to it and import again.");
            }

            File.Move(unfinished, target, overwrite: true);
            return new(target, new FileInfo(target).Length, sha256);
        }
        catch (SqliteException) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
        catch (SqliteException error)
        {
            throw new FormatException($"{path} can't be backed up: {error.Message}", error);
        }
        finally
        {
            File.Delete(unfinished);
            DeleteJournals(unfinished);
        }
    }

    static void Copy(sqlite3 source, sqlite3 copy, IProgress<ImportStep>? progress, CancellationToken ct)
    {
        using var backup = raw.sqlite3_backup_init(copy, "main", source, "main");
        if (backup.IsInvalid)
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(copy), copy);
        int result;
        do
        {
            ct.ThrowIfCancellationRequested();
            result = raw.sqlite3_backup_step(backup, PagesAStep);
            var of = raw.sqlite3_backup_pagecount(backup);
            progress?.Report(new("Backing up the source", of - raw.sqlite3_backup_remaining(backup), of));
        }
        while (result is raw.SQLITE_OK);
        if (result is not raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(result, copy);
    }

    // All of integrity_check but the comparison of tables with their indexes, of which we read none.
    static void RequireWhole(SqliteConnection copy, string path, CancellationToken ct)
    {
        using var stop = ct.Register(() => raw.sqlite3_interrupt(copy.Handle!)); // it may take minutes
        using var command = new SqliteCommand("pragma quick_check(1)", copy);
        if (command.ExecuteScalar() is not "ok" and var complaint)
            throw new FormatException($"{path} is damaged: {complaint}. Ask for a new copy of it.");
    }

    static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // A journal of a copy that was killed would be replayed into the next one.
    static void DeleteJournals(string path)
    {
        foreach (var journal in (string[])["-journal", "-wal", "-shm"])
            File.Delete(path + journal);
    }
}
