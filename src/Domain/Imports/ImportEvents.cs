using System.Text.Json.Serialization;
using Padron.Domain.Numbering;

namespace Padron.Domain.Imports;

/// <summary>A fact about an import. Names and members are the storage format: add, never rename or remove.</summary>
public abstract record ImportEvent;

/// <param name="FileName">Name of the source file, without its directory.</param>
/// <param name="FileBytes">Its size.</param>
/// <param name="FileSha256">SHA-256 of the file: the same file is recognised under any name.</param>
/// <param name="Rows">Rows to read, as the file counts them.</param>
/// <param name="PlanVersion">The numbering plan that classifies the lines; null when none was loaded.</param>
/// <param name="StartedAt">UTC.</param>
public sealed record ImportStarted(string FileName, long FileBytes, string FileSha256, long Rows, string? PlanVersion, DateTimeOffset StartedAt) : ImportEvent
{
    /// <summary>What was asked for; null of an import that knows no phases, and began to store rows at once.</summary>
    public ImportOrder? Order { get; init; }
}

/// <summary>Goes on after the last row that was stored.</summary>
public sealed record ImportResumed(long AfterRow, DateTimeOffset ResumedAt) : ImportEvent;

/// <summary>Stopped before the end: cancelled, or by an error. What was read so far stays, and it can be resumed.</summary>
public sealed record ImportInterrupted(string Reason, ImportTally Tally, DateTimeOffset InterruptedAt) : ImportEvent;

public sealed record ImportCompleted(ImportTally Tally, DateTimeOffset CompletedAt) : ImportEvent;

/// <summary>Given up before its end, with all it had brought: nothing of it is in the register, and it can't be resumed.</summary>
public sealed record ImportAbandoned(DateTimeOffset AbandonedAt) : ImportEvent;

/// <summary>What it brought is being taken back; from here on it can't be resumed.</summary>
/// <param name="StartedAt">UTC.</param>
/// <param name="Reason">The critical failure that it follows by itself; null when an operator asked for it.</param>
public sealed record ImportRollbackStarted(DateTimeOffset StartedAt, string? Reason = null) : ImportEvent;

/// <summary>What it brought was taken back.</summary>
/// <param name="Removed">Contacts that had no event but the import's: they are gone, events and all.</param>
/// <param name="Withdrawn">Contacts with events of their own, such as an opt-out: they keep them, and have a <c>contact_withdrawn</c>.</param>
/// <param name="RolledBackAt">UTC.</param>
/// <param name="Restored">Contacts that it did not bring and whose details it had changed: they have those before it again.</param>
public sealed record ImportRolledBack(long Removed, long Withdrawn, DateTimeOffset RolledBackAt, long Restored = 0) : ImportEvent;

/// <summary>What became of the rows. Rows read = imported + already known + duplicates + rejected.</summary>
/// <param name="RowsRead">All rows of the source.</param>
/// <param name="Imported">Contacts registered by this import.</param>
/// <param name="AlreadyKnown">The number was in the register before this import, however often the file has it.</param>
/// <param name="Duplicates">The number stood in a lower row of the same file.</param>
/// <param name="Rejected">Rows whose value is no phone number, by reason.</param>
/// <param name="Verified">Of the imported: mobile, by the plan.</param>
/// <param name="NotMobile">Of the imported: landline, by the plan.</param>
/// <param name="Invalidated">Of the imported: marked invalid in the source.</param>
/// <param name="Unverified">Of the imported: the plan has no block for the number, or there was no plan.</param>
/// <param name="LadaInferred">Of the imported: completed with the row's LADA.</param>
public sealed record ImportTally(
    long RowsRead, long Imported, long AlreadyKnown, long Duplicates, IReadOnlyDictionary<RejectionReason, long> Rejected,
    long Verified, long NotMobile, long Invalidated, long Unverified, long LadaInferred)
{
    /// <summary>Of the already known: the row told name, address or place otherwise, and so changed them.</summary>
    public long DetailsChanged { get; init; }

    public static readonly ImportTally Zero = new(0, 0, 0, 0, new Dictionary<RejectionReason, long>(), 0, 0, 0, 0, 0);

    [JsonIgnore]
    public long RejectedTotal => Rejected.Values.Sum();
}
