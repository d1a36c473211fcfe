using System.Globalization;
using Npgsql;
using Padron.Application.Imports.Watching;
using Padron.Application.Numbering;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Imports;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Bulk;

namespace Padron.Application.Imports.Phases;

/// <summary>Looks at machine, server and source, and makes the backups.</summary>
public sealed class PreparePhase(
    NpgsqlDataSource register, ServerDisk disk, NumberingPlanStore plans, IMachine machine, ISourceBackup sourceBackup, IDatabaseBackup databaseBackup, TimeProvider clock)
{
    /// <summary>What a contact takes with indexes, measured; and how much of it a dump does not take, at least.</summary>
    internal const long BytesAContact = 2_200, DumpIsSmaller = 4;

    /// <summary>The importer's own, with the customer's file (docs/adr/0014-bulk-load.md), and something for the server.</summary>
    const long MemoryToHave = 2L << 30;

    static readonly string[] ContactEvents =
        [.. EventJson.EventClasses.Where(type => type.IsAssignableTo(typeof(ContactEvent))).Select(EventTypes.NameOf)];

    /// <param name="opened">The import.</param>
    /// <param name="path">Its file.</param>
    /// <param name="source">Open.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="ct">Stops; what was backed up is made anew when the import is resumed.</param>
    /// <exception cref="RuleViolationException"><c>no_space</c></exception>
    /// <exception cref="FormatException">The source is damaged.</exception>
    /// <exception cref="BackupException">The database could not be backed up.</exception>
    public async Task<ImportPrepared> RunAsync(OpenedImport opened, string path, IContactSource source, IProgress<ImportStep>? progress, CancellationToken ct)
    {
        var (importId, order) = (opened.Checkpoint.ImportId, opened.Started.Order!);
        progress?.Report(new("Looking at the machine and the source"));
        var facts = await LookAsync(ct);
        var holdsContacts = await HoldsContactsAsync(ct);
        var reading = new RowReading(await plans.ReadAsync(ct), opened.Started.PlanVersion, importId, clock.GetUtcNow());
        var analysis = SourceLook.At(source, opened.Started.Rows, reading);

        ImportBackup? ofSource = null, ofDatabase = null;
        if (order is { DryRun: false, BackUpBefore: true } && order.DirectoryOf(importId) is { } directory)
        {
            RequireSpace(directory, source.Bytes + (holdsContacts ? facts.DatabaseBytes / DumpIsSmaller : 0));
            PrivateFiles.CreateDirectory(directory);
            ofSource = await sourceBackup.BackUpAsync(path, Path.Combine(directory, "source.db"), progress, ct);
            if (holdsContacts)
            {
                progress?.Report(new("Backing up the database"));
                ofDatabase = await databaseBackup.BackUpAsync(Path.Combine(directory, "database-before.dump"), ct);
            }
        }

        return new(facts, analysis, holdsContacts, ofSource, ofDatabase, [.. Remarks(facts, opened.Started)], clock.GetUtcNow());
    }

    static string ExistingPartOf(string directory)
    {
        var existing = Path.GetFullPath(directory);
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
            existing = parent;
        return existing;
    }

    /// <exception cref="RuleViolationException"><c>no_space</c></exception>
    internal void RequireSpace(string directory, long bytes)
    {
        if (machine.DiskOf(ExistingPartOf(directory)) is { FreeBytes: var free } && free < bytes)
        {
            throw new RuleViolationException(
                "no_space",
                $"The backup takes about {Megabytes(bytes)}, and where it would go ({directory}) {Megabytes(free)} are free: choose another place with --backup, or do without by --no-backup.");
        }
    }

    async Task<ImportMachine> LookAsync(CancellationToken ct)
    {
        await using var command = register.CreateCommand("select current_setting('server_version'), pg_database_size(current_database())");
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new(machine.Processors, machine.MemoryBytes, machine.AvailableMemory ?? machine.MemoryBytes, (await disk.ReadAsync(ct))?.FreeBytes, reader.GetString(0), reader.GetInt64(1));
    }

    async Task<bool> HoldsContactsAsync(CancellationToken ct)
    {
        await using var connection = await register.OpenConnectionAsync(ct);
        return await BulkLoad.HoldsAsync(connection, ContactEvents, ct);
    }

    static IEnumerable<string> Remarks(ImportMachine facts, ImportStarted started)
    {
        if (started.PlanVersion is null)
            yield return "No numbering plan is loaded: it is unknown which lines are mobile, so every contact stays UNVERIFIED.";
        if (facts.MemoryFreeBytes < MemoryToHave)
            yield return $"{Megabytes(facts.MemoryFreeBytes)} of memory are free: {Megabytes(MemoryToHave)} are better for a file of millions.";
        if (facts.DatabaseDiskFreeBytes is { } free && free < started.Rows * BytesAContact)
            yield return $"{Megabytes(free)} are free where the database is, and {started.Rows.ToString("N0", CultureInfo.InvariantCulture)} contacts take about {Megabytes(started.Rows * BytesAContact)}.";
    }

    static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:N0} MB");
}
