using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;
using Padron.Application.Extractions;

namespace Padron.Adapters.Extractions;

/// <summary>One sheet of contacts: a header that stays in sight and filters, and a row a contact.</summary>
sealed class ContactSheet : IAsyncDisposable
{
    // Width in characters of the default font. The headings are the file's format and not the reader's language: people's own sheets and
    // imports look for them by name.
    static readonly (char Column, string Heading, double Width)[] Columns =
    [
        ('A', "Número", 16), ('B', "Nombre", 36), ('C', "Ciudad", 26), ('D', "Municipio", 28), ('E', "Estado", 22), ('F', "LADA", 8),
    ];

    readonly PartWriter part;
    readonly OpenXmlWriter xml;
    readonly SheetRows rows;

    /// <param name="part">Is closed with the sheet.</param>
    /// <param name="selected">Whether the workbook opens on this sheet.</param>
    public ContactSheet(PartWriter part, bool selected)
    {
        (this.part, xml) = (part, part.Xml);
        rows = new(xml);
        xml.WriteStartDocument();
        xml.WriteStartElement(new Worksheet());
        xml.WriteElement(new SheetViews(FrozenHeader(selected)));
        xml.WriteElement(new Columns(Columns.Select((column, index) => new Column
        {
            Min = (uint)index + 1,
            Max = (uint)index + 1,
            Width = column.Width,
            CustomWidth = true,
        })));
        xml.WriteStartElement(new SheetData());
        rows.Start();
        foreach (var (column, heading, _) in Columns)
            rows.Text(column, heading, CellLook.Header);
        rows.End();
    }

    public int Contacts => rows.Last - 1;

    public void Add(ExtractedContact contact)
    {
        rows.Start();
        rows.Text('A', contact.Number);
        rows.Text('B', contact.FullName);
        rows.Text('C', contact.City);
        rows.Text('D', contact.Municipality);
        rows.Text('E', contact.StateName);
        rows.Text('F', contact.Lada);
        rows.End();
    }

    public void Finish()
    {
        xml.WriteEndElement();
        var all = string.Create(CultureInfo.InvariantCulture, $"A1:F{rows.Last}");
        xml.WriteElement(new AutoFilter { Reference = all });
        // Numbers kept as text are the point of this sheet: without it Excel marks each of them as a mistake.
        xml.WriteElement(new IgnoredErrors(new IgnoredError { SequenceOfReferences = new([all]), NumberStoredAsText = true }));
        xml.WriteEndElement();
    }

    public ValueTask DisposeAsync() => part.DisposeAsync();

    static SheetView FrozenHeader(bool selected) => new(
        new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen },
        new Selection { Pane = PaneValues.BottomLeft })
    {
        TabSelected = selected ? true : null,
        WorkbookViewId = 0,
    };
}
