using System.Text.Json.Serialization;
using Padron.Domain.Imports;

namespace Padron.Application.Imports.Watching;

/// <summary>Whether somebody is at an import.</summary>
public enum ImportActivity
{
    Working,

    /// <summary>Waiting for disk or memory; it goes on by itself.</summary>
    Paused,

    /// <summary>Interrupted, or its process died: it waits to be resumed.</summary>
    Stopped,

    /// <summary>Nothing more will come.</summary>
    Ended,
}

/// <summary>How far an import is: what is stored, and what its process told last.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="RowsRead">Rows stored.</param>
/// <param name="Rows">Rows of its file.</param>
/// <param name="Tally">What became of the rows.</param>
/// <param name="Activity">Whether somebody is at it.</param>
public sealed record ImportStanding(Guid ImportId, long RowsRead, long Rows, ImportTally Tally, ImportActivity Activity)
{
    /// <summary>Null when no process has told anything.</summary>
    public ImportReport? Told { get; init; }

    [JsonIgnore]
    public bool IsEnded => Activity is ImportActivity.Ended;
}

/// <summary>What the process that works on an import tells of it.</summary>
/// <param name="Phase">What it is at.</param>
/// <param name="RowsRead">Rows stored, or read where they are read only.</param>
/// <param name="Rows">Of how many.</param>
/// <param name="Imported">Contacts that they made.</param>
/// <param name="Rejected">Rows that are no contact.</param>
/// <param name="RowsPerSecond">Over the last seconds; null where no rows are read.</param>
/// <param name="SecondsLeft">Until all rows are stored, at that rate.</param>
/// <param name="IndexesBuilt">Null before all rows are in, and where none need to be built.</param>
/// <param name="Indexes">Of how many.</param>
/// <param name="Step">What the phase is at, where that is counted in something else than rows.</param>
/// <param name="MemoryBytes">What the process holds.</param>
/// <param name="DiskFreeBytes">Where the server's data lies; null when that can't be seen from the process.</param>
/// <param name="PausedBecause">A sentence while it waits for room.</param>
/// <param name="Process">Machine and number of the process.</param>
/// <param name="By">The operator.</param>
/// <param name="UpdatedAt">By the server's clock; null before it is stored.</param>
public sealed record ImportReport(
    ImportPhase Phase, long RowsRead, long Rows, long Imported, long Rejected, long? RowsPerSecond, long? SecondsLeft, int? IndexesBuilt, int? Indexes, ImportStep? Step,
    long MemoryBytes, long? DiskFreeBytes, string? PausedBecause, string Process, string By, DateTimeOffset? UpdatedAt = null);
