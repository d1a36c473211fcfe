using Padron.Domain.Contacts;
using Padron.Domain.Numbering;

namespace Padron.Application.Imports.Load;

/// <summary>Source rows from one row id to another, read and free of numbers that a lower row of the file has.</summary>
sealed class LoadRange(long firstRow, LoadLot lot)
{
    /// <summary>The setting it is stored under.</summary>
    public LoadLot Lot { get; } = lot;

    public long FirstRow { get; } = firstRow;

    /// <summary>Inclusive.</summary>
    public long LastRow { get; private set; } = firstRow;

    public int RowsRead { get; private set; }

    public List<ImportContact> Contacts { get; } = [];

    public List<ReadRow> Rejected { get; } = [];

    /// <summary>Numbers of lower rows, as often as they stand here again.</summary>
    public List<PhoneNumber> Repeated { get; } = [];

    public int Duplicates => Repeated.Count;

    public void Add(ReadRow row, SeenNumbers seen)
    {
        LastRow = row.Row;
        RowsRead++;
        if (row.Command is not { } command)
            Rejected.Add(row);
        else if (seen.Add(command.Phone))
            Contacts.Add(command);
        else
            Repeated.Add(command.Phone);
    }
}
