using Padron.Domain.Imports;
using Padron.EventStore.Bulk;

namespace Padron.Application.Imports;

/// <summary>Knows how far an import is, and tells it.</summary>
sealed class ImportTelling(Guid importId, ImportTally start, long rows, IProgress<ImportProgress>? progress) : IProgress<IndexProgress>
{
    readonly Lock one = new();

    /// <summary>What became of the rows that are stored.</summary>
    public ImportTally Tally { get; private set; } = start;

    /// <summary>What the import is at.</summary>
    public ImportPhase Phase { get; set; } = ImportPhase.Load;

    public void Begin() => progress?.Report(Now);

    /// <summary>Batches that are stored at once may be told in any order, and the last told need not be the last stored.</summary>
    public void Stored(ImportTally tally)
    {
        lock (one)
        {
            if (tally.RowsRead <= Tally.RowsRead)
                return;
            Tally = tally;
            progress?.Report(Now);
        }
    }

    public void Report(IndexProgress value)
    {
        lock (one)
            progress?.Report(Now with { Indexes = value });
    }

    ImportProgress Now => new(importId, Tally.RowsRead, rows, Tally) { Phase = Phase };
}
