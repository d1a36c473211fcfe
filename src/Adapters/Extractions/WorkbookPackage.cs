using System.Globalization;
using System.IO.Compression;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Padron.Adapters.Extractions;

/// <summary>The parts of a workbook in a zip that is only ever written forward.</summary>
/// <remarks>
/// <c>SpreadsheetDocument</c> would name the parts too, but it opens its zip for update, which keeps whole sheets in memory, and it dates
/// the entries by the clock, so that no two files would be the same.
/// </remarks>
sealed class WorkbookPackage : IAsyncDisposable
{
    const string SheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
    const string MainType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    const string StylesType = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";
    const string RelationsType = "application/vnd.openxmlformats-package.relationships+xml";
    const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const string XmlHead = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>""";

    readonly ZipArchive zip;
    readonly DateTimeOffset time;
    readonly List<string> sheets = [];

    WorkbookPackage(ZipArchive zip, DateTimeOffset time) => (this.zip, this.time) = (zip, time);

    public static async Task<WorkbookPackage> CreateAsync(Stream stream, DateTimeOffset time, CancellationToken ct)
    {
        var package = new WorkbookPackage(
            await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct), time);
        // First, because programs that guess a file's type look no further than its first entries; so a sheet is what a part is by default.
        await package.WriteAsync("[Content_Types].xml", $"""
            {XmlHead}
            <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
            <Default Extension="rels" ContentType="{RelationsType}"/>
            <Default Extension="xml" ContentType="{SheetType}"/>
            <Override PartName="/xl/workbook.xml" ContentType="{MainType}"/>
            <Override PartName="/xl/styles.xml" ContentType="{StylesType}"/>
            </Types>
            """, ct);
        await package.WriteAsync("_rels/.rels", RelationshipsOf([Relationship("rId1", "officeDocument", "xl/workbook.xml")]), ct);
        await package.WriteAsync("xl/styles.xml", WorkbookStyles.Stylesheet(), ct);
        return package;
    }

    /// <summary>Begins the next sheet; the one before it has to be disposed of.</summary>
    public async Task<PartWriter> OpenSheetAsync(string name, CancellationToken ct)
    {
        sheets.Add(name);
        return new(await zip.OpenEntryAsync($"xl/worksheets/sheet{sheets.Count}.xml", time, ct));
    }

    /// <summary>Writes the parts that have to know all sheets.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        var numbered = sheets.Select((name, index) => (Name: name, Number: index + 1)).ToList();
        await WriteAsync("xl/workbook.xml", new Workbook(
            new BookViews(new WorkbookView()),
            new Sheets(numbered.Select(sheet =>
                new Sheet { Name = sheet.Name, SheetId = (uint)sheet.Number, Id = Id(sheet.Number) }))), ct);
        await WriteAsync("xl/_rels/workbook.xml.rels", RelationshipsOf(
        [
            Relationship("rIdStyles", "styles", "styles.xml"),
            .. numbered.Select(sheet => Relationship(Id(sheet.Number), "worksheet", $"worksheets/sheet{sheet.Number}.xml")),
        ]), ct);
    }

    public ValueTask DisposeAsync() => zip.DisposeAsync();

    async Task WriteAsync(string part, OpenXmlElement root, CancellationToken ct)
    {
        await using var writer = new PartWriter(await zip.OpenEntryAsync(part, time, ct));
        writer.Xml.WriteStartDocument();
        writer.Xml.WriteElement(root);
    }

    async Task WriteAsync(string part, string xml, CancellationToken ct)
    {
        await using var entry = await zip.OpenEntryAsync(part, time, ct);
        await entry.WriteAsync(PartWriter.Utf8.GetBytes(xml), ct);
    }

    static string Id(int sheet) => string.Create(CultureInfo.InvariantCulture, $"rId{sheet}");

    static string Relationship(string id, string type, string target) =>
        $"""<Relationship Id="{id}" Type="{Relations}/{type}" Target="{target}"/>""";

    static string RelationshipsOf(IEnumerable<string> relationships) =>
        $"""
        {XmlHead}
        <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
        {string.Join('\n', relationships)}
        </Relationships>
        """;
}
