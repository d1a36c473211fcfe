using Npgsql;
using Padron.Domain.Imports;

namespace Padron.Application.Imports.Phases;

/// <summary>What is left when the rows are in and valid: other tables of the source, statistics, and the backups that were asked for.</summary>
public sealed class FinishPhase(NpgsqlDataSource register, ReferenceTables references, PreparePhase prepare, IDatabaseBackup backup, TimeProvider clock)
{
    const int AtOnce = 2; // each takes a processor, or the disk

    static readonly string[] Tables =
        ["events.mt_events", "events.mt_streams", "read.contact_states", "read.contact_profiles", "read.contact_counts", "padron.import_rejections"];

    /// <summary>Safe to run again.</summary>
    /// <exception cref="BackupException">The database could not be backed up.</exception>
    public async Task<ImportFinished> RunAsync(Guid importId, ImportOrder? order, IContactSource source, IProgress<ImportStep>? progress, CancellationToken ct)
    {
        progress?.Report(new("Carrying over other tables"));
        var tables = await references.CarryOverAsync(importId, source, ct);
        var vacuumed = 0;
        progress?.Report(new("Vacuum and statistics", vacuumed, Tables.Length));
        await Parallel.ForEachAsync(Tables, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (table, token) =>
        {
            await using var vacuum = register.CreateCommand($"vacuum (analyze) {table}");
            vacuum.CommandTimeout = 0;
            await vacuum.ExecuteNonQueryAsync(token);
            progress?.Report(new("Vacuum and statistics", Interlocked.Increment(ref vacuumed), Tables.Length));
        });

        return new(tables, await BackUpAsync(order?.BackUpAfter is true ? order.DirectoryOf(importId) : null, progress, ct), clock.GetUtcNow());
    }

    async Task<ImportBackup?> BackUpAsync(string? directory, IProgress<ImportStep>? progress, CancellationToken ct)
    {
        if (directory is null)
            return null;
        progress?.Report(new("Backing up the database"));
        await using (var size = register.CreateCommand("select pg_database_size(current_database())"))
            prepare.RequireSpace(directory, (long)(await size.ExecuteScalarAsync(ct))! / PreparePhase.DumpIsSmaller);
        PrivateFiles.CreateDirectory(directory);
        return await backup.BackUpAsync(Path.Combine(directory, "database-after.dump"), ct);
    }
}
