using Padron.Domain.Numbering;

namespace Padron.Domain.Imports;

/// <summary>Machine, server and source were looked at, and the backups made that were asked for.</summary>
/// <param name="Machine">What there was to work with.</param>
/// <param name="Source">What the file holds.</param>
/// <param name="RegisterHoldsContacts">So the database was not empty.</param>
/// <param name="SourceBackup">The source's; null when none was asked for.</param>
/// <param name="DatabaseBackup">The database's; null when none was asked for, or it was empty.</param>
/// <param name="Remarks">What an operator should know, a sentence each.</param>
/// <param name="PreparedAt">UTC.</param>
public sealed record ImportPrepared(
    ImportMachine Machine, SourceAnalysis Source, bool RegisterHoldsContacts, ImportBackup? SourceBackup, ImportBackup? DatabaseBackup,
    IReadOnlyList<string> Remarks, DateTimeOffset PreparedAt) : ImportEvent;

/// <summary>A few rows went the whole way into a database that was thrown away.</summary>
/// <param name="Rows">How many; 0 when it could not be done.</param>
/// <param name="Score">What their validation came to; null when it could not be done.</param>
/// <param name="Checks">Each check's result.</param>
/// <param name="NotDone">Why it could not be done; null when it was.</param>
/// <param name="SampledAt">UTC.</param>
public sealed record ImportSampled(long Rows, decimal? Score, IReadOnlyList<ImportCheck> Checks, string? NotDone, DateTimeOffset SampledAt) : ImportEvent;

/// <summary>A dry run came to its end: nothing was imported, and this is what an import would come to.</summary>
public sealed record ImportEstimated(ImportEstimate Estimate, DateTimeOffset EstimatedAt) : ImportEvent;

/// <summary>The rows begin to come in.</summary>
/// <param name="Initial">Into an empty register, which is closed to others meanwhile; otherwise beside the contacts that are there.</param>
/// <param name="StartedAt">UTC.</param>
public sealed record ImportLoadStarted(bool Initial, DateTimeOffset StartedAt) : ImportEvent;

/// <summary>The first rows were stored under several settings in turn, and the fastest goes on.</summary>
/// <param name="BatchSize">Rows a batch.</param>
/// <param name="Lanes">Batches at once.</param>
/// <param name="Trials">What was measured.</param>
/// <param name="TunedAt">UTC.</param>
public sealed record ImportTuned(int BatchSize, int Lanes, IReadOnlyList<ImportTrial> Trials, DateTimeOffset TunedAt) : ImportEvent;

/// <summary>The events that came since the last increment were saved to a file.</summary>
/// <param name="AfterPosition">Exclusive.</param>
/// <param name="Position">Inclusive.</param>
/// <param name="Events">How many they are.</param>
/// <param name="Backup">The file.</param>
/// <param name="SavedAt">UTC.</param>
public sealed record ImportIncrementSaved(long AfterPosition, long Position, long Events, ImportBackup Backup, DateTimeOffset SavedAt) : ImportEvent;

/// <summary>It ended before a row was imported: the register is as it was, and the file can be imported again.</summary>
public sealed record ImportFailed(string Reason, DateTimeOffset FailedAt) : ImportEvent;

/// <summary>Everything after the last row is done, too.</summary>
/// <param name="ReferenceTables">Other tables of the source that were carried over.</param>
/// <param name="Backup">The database's; null when none was asked for.</param>
/// <param name="FinishedAt">UTC.</param>
public sealed record ImportFinished(int ReferenceTables, ImportBackup? Backup, DateTimeOffset FinishedAt) : ImportEvent;

/// <summary>The machine and the server that an import met.</summary>
/// <param name="Processors">Of the machine that runs the import, or its container.</param>
/// <param name="MemoryBytes">Likewise.</param>
/// <param name="MemoryFreeBytes">Of it, to be had.</param>
/// <param name="DatabaseDiskFreeBytes">Free where the database is; null when that is on another machine.</param>
/// <param name="ServerVersion">As PostgreSQL names itself: 17.2.</param>
/// <param name="DatabaseBytes">Size of the database.</param>
public sealed record ImportMachine(int Processors, long MemoryBytes, long MemoryFreeBytes, long? DatabaseDiskFreeBytes, string ServerVersion, long DatabaseBytes);

/// <summary>What a source holds. Counts are exact; shares are of rows at random row ids.</summary>
/// <param name="Rows">Rows of the table of contacts.</param>
/// <param name="Columns">Its columns under their usual names.</param>
/// <param name="Sampled">Rows looked at.</param>
/// <param name="Lines">Of them, by what the numbering plan says of the number's line.</param>
/// <param name="Rejected">Of them, those whose value is no phone number, by reason.</param>
/// <param name="OtherTables">Tables beside contacts and ranking, with their rows.</param>
public sealed record SourceAnalysis(
    long Rows, IReadOnlyList<SourceColumn> Columns, long Sampled, SourceLines Lines, IReadOnlyDictionary<RejectionReason, long> Rejected, IReadOnlyDictionary<string, long> OtherTables);

/// <param name="Name">The usual name.</param>
/// <param name="SourceName">The file's own; null when it has no such column.</param>
/// <param name="Filled">Of the rows looked at, those with a value.</param>
public sealed record SourceColumn(string Name, string? SourceName, long Filled);

/// <summary>Rows with a phone number, by its line.</summary>
public sealed record SourceLines(long Mobile, long Fixed, long Unknown, long MarkedInvalid);

/// <param name="Path">File or directory.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of the file; of a copy of the source that of its content, which both sides have.</param>
public sealed record ImportBackup(string Path, long Bytes, string Sha256);

/// <param name="BatchSize">Rows a batch.</param>
/// <param name="Lanes">Batches at once.</param>
/// <param name="Rows">Rows stored under them.</param>
/// <param name="Seconds">And how long that took.</param>
public sealed record ImportTrial(int BatchSize, int Lanes, long Rows, double Seconds);

/// <summary>What an import of a file would come to, projected from what was measured.</summary>
/// <param name="Rows">Rows of the file.</param>
/// <param name="Seconds">From the first row to the last index, validation not included; null when nothing could be measured.</param>
/// <param name="DatabaseBytes">What the database would grow by; likewise.</param>
/// <param name="Lines">Contacts by line, if no number stood there twice.</param>
/// <param name="Rejected">Rows, by reason.</param>
/// <param name="Basis">What was measured, in a sentence.</param>
public sealed record ImportEstimate(long Rows, double? Seconds, long? DatabaseBytes, SourceLines Lines, IReadOnlyDictionary<RejectionReason, long> Rejected, string Basis);
