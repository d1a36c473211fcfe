using Padron.Application.Imports.Watching;
using Padron.Domain.Imports;
using Padron.MartenExtensions.Bulk;

namespace Padron.Application.Imports;

/// <summary>Knows how far an import is, and tells it; and lets it wait where there is no room to go on.</summary>
sealed class ImportTelling(Guid importId, ImportTally start, long rows, IProgress<ImportProgress>? progress, RoomGuard? room) : IProgress<IndexProgress>
{
    readonly Lock one = new();

    ImportProgress now = new(importId, start.RowsRead, rows, start);

    /// <summary>What became of the rows that are stored.</summary>
    public ImportTally Tally => now.Tally;

    public void Begin() => progress?.Report(now);

    /// <summary>What the import is at from here on.</summary>
    public void Enter(ImportPhase phase) => Tell(at => at with { Phase = phase });

    /// <summary>Batches that are stored at once may be told in any order, and the last told need not be the last stored.</summary>
    public void Stored(ImportTally tally) => Tell(at => tally.RowsRead > at.RowsRead ? at with { RowsRead = tally.RowsRead, Tally = tally } : at);

    public void Report(IndexProgress value) => Tell(at => at with { Indexes = value });

    /// <summary>Before each batch.</summary>
    public Task WaitForRoomAsync(CancellationToken ct) => WaitForRoomAsync("storing more", 0, ct);

    /// <param name="step">What needs room.</param>
    /// <param name="diskBytes">What it takes of the disk beyond what stays free always.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task WaitForRoomAsync(string step, long diskBytes, CancellationToken ct) =>
        room is null ? Task.CompletedTask : room.WaitAsync(step, diskBytes, because => Tell(at => at with { PausedBecause = because }), ct);

    void Tell(Func<ImportProgress, ImportProgress> change)
    {
        lock (one)
        {
            var next = change(now);
            if (ReferenceEquals(next, now))
                return;
            now = next;
            progress?.Report(now);
        }
    }
}
