using Padron.Domain.Numbering;

namespace Padron.Application.Imports.Load;

/// <summary>Cuts a file into ranges, in the order of its rows, so that the lowest row of a number speaks for it however the ranges are stored.</summary>
/// <param name="reading">What a row means.</param>
/// <param name="stored">Ranges that are stored already, first and last row, ascending: of them only the numbers are read, to know them again.</param>
sealed class RangeReader(RowReading reading, IReadOnlyList<(long First, long Last)> stored)
{
    readonly SeenNumbers seen = new();

    /// <param name="source">The file. It is read from its first row, also where much of it is stored.</param>
    /// <param name="pace">Says how many rows a range has at most.</param>
    public IEnumerable<LoadRange> Read(IContactSource source, LoadPace pace)
    {
        LoadRange? range = null;
        var next = 0;
        foreach (var row in source.Read(ImportCheckpoint.BeforeFirstRow, pace.Asked.BatchSize).SelectMany(rows => rows))
        {
            while (next < stored.Count && stored[next].Last < row.Row)
                next++;
            if (next < stored.Count && stored[next].First <= row.Row)
            {
                if (range is not null)
                    yield return range;
                range = null;
                if (MexicanNumber.Normalize(row.Numero, row.Lada) is { Rejection: null } number)
                    seen.Add(number.Phone);
                continue;
            }

            range ??= new(row.Row, pace.NextLot());
            range.Add(reading.Read(row), seen);
            if (range.RowsRead == range.Lot.Setting.BatchSize)
            {
                yield return range;
                range = null;
            }
        }

        if (range is not null)
            yield return range;
    }
}
