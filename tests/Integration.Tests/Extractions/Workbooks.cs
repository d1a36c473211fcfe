using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;

namespace Padron.Integration.Tests.Extractions;

/// <summary>Reads a workbook back with the whole of Open XML, which the writer does without.</summary>
sealed class Workbooks : IDisposable
{
    readonly SpreadsheetDocument document;

    public Workbooks(string path) => document = SpreadsheetDocument.Open(path, isEditable: false);

    WorkbookPart Main => document.WorkbookPart.ShouldNotBeNull();

    public string[] SheetNames => [.. Main.Workbook.Descendants<Sheet>().Select(sheet => sheet.Name!.Value!)];

    public Stylesheet Styles => Main.WorkbookStylesPart.ShouldNotBeNull().Stylesheet;

    public Worksheet Sheet(string name)
    {
        var id = Main.Workbook.Descendants<Sheet>().Single(sheet => sheet.Name == name).Id!.Value!;
        return ((WorksheetPart)Main.GetPartById(id)).Worksheet;
    }

    public Cell Cell(string sheet, string reference) => Sheet(sheet).Descendants<Cell>().Single(cell => cell.CellReference == reference);

    /// <summary>Each row as <c>A1=text</c>, cells that are not there left out.</summary>
    public string[][] Rows(string sheet) =>
        [.. Sheet(sheet).Descendants<Row>()
            .Select(row => row.Elements<Cell>().Select(cell => $"{cell.CellReference}={cell.InnerText}").ToArray())];

    public CellFormat Format(Cell cell) => Styles.CellFormats!.Elements<CellFormat>().ElementAt((int)cell.StyleIndex!.Value);

    public string[] Errors =>
        [.. new OpenXmlValidator().Validate(document).Select(error => $"{error.Part?.Uri} {error.Path?.XPath}: {error.Description}")];

    public void Dispose() => document.Dispose();
}
