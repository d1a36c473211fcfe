using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;
using Padron.Application.Extractions;

namespace Padron.Adapters.Extractions;

/// <summary>The sheet that says where the contacts come from.</summary>
static class MetadataSheet
{
    public const string Name = "Extracción";

    public static void Write(OpenXmlWriter xml, ExtractionFileInfo info, int contactsWritten)
    {
        xml.WriteStartDocument();
        xml.WriteStartElement(new Worksheet());
        xml.WriteElement(new Columns(
            new Column { Min = 1, Max = 1, Width = 32, CustomWidth = true },
            new Column { Min = 2, Max = 2, Width = 44, CustomWidth = true }));
        xml.WriteStartElement(new SheetData());

        var rows = new SheetRows(xml);
        Row(rows, "Identificador", () => rows.Text('B', info.ExtractionId.ToString()));
        Row(rows, "Selección", () => rows.Text('B', info.Selection));
        Row(rows, "Solicitados", () => rows.Number('B', info.Requested));
        Row(rows, "Obtenidos", () => rows.Number('B', info.Obtained));
        Row(rows, "Contactos en el archivo", () => rows.Number('B', contactsWritten));
        Row(rows, "Solicitó", () => rows.Text('B', info.RequestedBy));
        // A date of a workbook has no time zone, so the label says which clock it is.
        Row(rows, "Fecha (Ciudad de México)", () => rows.Number('B', MexicoCity.At(info.RequestedAt).DateTime.ToOADate(), CellLook.Date));

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    static void Row(SheetRows rows, string label, Action content)
    {
        rows.Start();
        rows.Text('A', label, CellLook.Label);
        content();
        rows.End();
    }
}
