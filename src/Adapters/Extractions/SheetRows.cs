using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Padron.Adapters.Extractions;

/// <summary>Writes the rows of one sheet, forward only.</summary>
/// <remarks>Elements are reused: a million rows have nineteen million of them, and the writer only looks at their names.</remarks>
sealed class SheetRows(OpenXmlWriter xml)
{
    readonly Row row = new();
    readonly Cell cell = new();
    readonly InlineString inline = new();
    readonly Text text = new();
    readonly CellValue value = new();
    readonly OpenXmlAttribute[] rowAttributes = new OpenXmlAttribute[1];
    readonly OpenXmlAttribute[] textAttributes = [default, default, new("t", "", "inlineStr")];
    readonly OpenXmlAttribute[] numberAttributes = new OpenXmlAttribute[2];
    string number = "";

    /// <summary>The row written last, from 1.</summary>
    public int Last { get; private set; }

    public void Start()
    {
        Last++;
        number = Last.ToString(CultureInfo.InvariantCulture);
        rowAttributes[0] = new("r", "", number);
        xml.WriteStartElement(row, rowAttributes);
    }

    /// <summary>
    /// Writes a text, or no cell when there is none. It goes in as an inline string, never as <c>f</c> or a typed-in value: a name such as
    /// <c>=HYPERLINK(…)</c>, <c>+52…</c>, <c>-1</c> or <c>@SUM</c> is shown as it is and never becomes a formula.
    /// </summary>
    public void Text(char column, string? content, CellLook look = CellLook.Text)
    {
        if (string.IsNullOrEmpty(content))
            return;

        Place(textAttributes, column, look);
        xml.WriteStartElement(cell, textAttributes);
        xml.WriteStartElement(inline);
        xml.WriteStartElement(text);
        xml.WriteString(CellText.Clean(content));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    public void Number(char column, double content, CellLook look = CellLook.Default)
    {
        Place(numberAttributes, column, look);
        xml.WriteStartElement(cell, numberAttributes);
        xml.WriteStartElement(value);
        xml.WriteString(content.ToString("R", CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    public void End() => xml.WriteEndElement();

    // A cell says where it is, though Excel could count: other readers do not, once an empty cell is left out.
    void Place(OpenXmlAttribute[] attributes, char column, CellLook look)
    {
        attributes[0] = new("r", "", column + number);
        attributes[1] = new("s", "", Looks[(int)look]);
    }

    static readonly string[] Looks = [.. Enum.GetValues<CellLook>().Select(look => ((int)look).ToString(CultureInfo.InvariantCulture))];
}
