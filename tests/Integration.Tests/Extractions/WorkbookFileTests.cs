using System.IO.Compression;
using DocumentFormat.OpenXml.Spreadsheet;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;

namespace Padron.Integration.Tests.Extractions;

public sealed class WorkbookFileTests : ExtractionFiles
{
    [Fact]
    public async Task Contacts_come_back_as_they_went_in()
    {
        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, Three);

        using var workbook = new Workbooks(written.Path);
        workbook.Errors.ShouldBeEmpty();
        workbook.SheetNames.ShouldBe(["Contactos", "Extracción"]);
        workbook.Rows("Contactos").ShouldBe(
        [
            ["A1=Número", "B1=Nombre", "C1=Ciudad", "D1=Municipio", "E1=Estado", "F1=LADA"],
            ["A2=529991234567", "B2=María José Núñez", "C2=Mérida", "D2=Mérida", "E2=Yucatán", "F2=999"],
            ["A3=525500000001", "D3=Benito Juárez", "E3=Ciudad de México", "F3=55"],
            ["A4=523312345678", "B4=O'Brien & <Hijos> \"SA\"", "C4=Zapopan", "F4=33"],
        ]);
    }

    [Fact]
    public async Task A_number_is_a_text_and_stays_one_when_it_is_edited()
    {
        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, Three);

        using var workbook = new Workbooks(written.Path);
        var cell = workbook.Cell("Contactos", "A2");
        cell.DataType!.Value.ShouldBe(CellValues.InlineString);
        workbook.Format(cell).NumberFormatId!.Value.ShouldBe(49u); // "@"
    }

    [Fact]
    public async Task The_header_is_bold_filled_frozen_and_filters()
    {
        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, Three);

        using var workbook = new Workbooks(written.Path);
        var format = workbook.Format(workbook.Cell("Contactos", "A1"));
        workbook.Styles.Fonts!.Elements<Font>().ElementAt((int)format.FontId!.Value).Bold.ShouldNotBeNull();
        var fill = workbook.Styles.Fills!.Elements<Fill>().ElementAt((int)format.FillId!.Value);
        fill.PatternFill!.PatternType!.Value.ShouldBe(PatternValues.Solid);
        var sheet = workbook.Sheet("Contactos");
        var pane = sheet.Descendants<Pane>().Single();
        (pane.VerticalSplit!.Value, pane.TopLeftCell!.Value, pane.State!.Value).ShouldBe((1, "A2", PaneStateValues.Frozen));
        sheet.Descendants<AutoFilter>().Single().Reference!.Value.ShouldBe("A1:F4");
        sheet.Descendants<Column>().Count().ShouldBe(6);
    }

    [Fact]
    public async Task The_second_sheet_says_where_they_come_from()
    {
        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, Three);

        using var workbook = new Workbooks(written.Path);
        workbook.Rows("Extracción").ShouldBe(
        [
            ["A1=Identificador", $"B1={Info.ExtractionId}"],
            ["A2=Selección", "B2=Ciudad: Mérida"],
            ["A3=Solicitados", "B3=5"],
            ["A4=Obtenidos", "B4=3"],
            ["A5=Contactos en el archivo", "B5=3"],
            ["A6=Solicitó", "B6=Ana Peña"],
            ["A7=Fecha (Ciudad de México)", "B7=46348.770833333336"],
        ]);
        DateTime.FromOADate(46348.770833333336).ShouldBe(new DateTime(2026, 11, 22, 18, 30, 0));
        workbook.Format(workbook.Cell("Extracción", "B7")).NumberFormatId!.Value.ShouldBe(164u);
    }

    // The clock's time would differ from run to run, yet too seldom (a zip counts in two seconds) for comparing two files to show it.
    [Fact]
    public async Task Its_parts_are_dated_by_the_request()
    {
        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, Three);

        using var zip = ZipFile.OpenRead(written.Path);
        zip.Entries.ShouldAllBe(entry => entry.LastWriteTime.DateTime == new DateTime(2026, 11, 22, 18, 30, 0));
    }

    [Theory]
    [InlineData(0, new[] { "Contactos", "Extracción" })]
    [InlineData(2, new[] { "Contactos", "Extracción" })]
    [InlineData(3, new[] { "Contactos", "Contactos 2", "Extracción" })]
    [InlineData(5, new[] { "Contactos", "Contactos 2", "Contactos 3", "Extracción" })]
    public async Task A_full_sheet_is_followed_by_another_with_its_own_header(int contacts, string[] sheets)
    {
        var many = Enumerable.Range(0, contacts).Select(n => Three[0] with { Phone = PhoneNumber.Mexican(5500000000 + n) });

        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, many, new() { ContactsPerSheet = 2 });

        written.Contacts.ShouldBe(contacts);
        using var workbook = new Workbooks(written.Path);
        workbook.Errors.ShouldBeEmpty();
        workbook.SheetNames.ShouldBe(sheets);
        var rows = sheets[..^1].Select(workbook.Rows).ToList();
        rows.ShouldAllBe(sheet => sheet[0][0] == "A1=Número");
        rows.SelectMany(sheet => sheet[1..]).Select(row => row[0].Split('=')[1])
            .ShouldBe(Enumerable.Range(0, contacts).Select(n => $"5255000000{n:D2}"));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\",\"ver\")")]
    [InlineData("+52 1 999")]
    [InlineData("-1+2")]
    [InlineData("@SUM(A1:A2)")]
    public async Task What_looks_like_a_formula_is_a_name(string name)
    {
        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, [Three[0] with { FullName = name }]);

        using var workbook = new Workbooks(written.Path);
        var cell = workbook.Cell("Contactos", "B2");
        (cell.DataType!.Value, cell.CellFormula, cell.InnerText).ShouldBe((CellValues.InlineString, null, name));
        workbook.Format(cell).NumberFormatId!.Value.ShouldBe(49u);
    }

    [Theory]
    [InlineData("Ana\0\u0007 \u009FLuz", "Ana Luz")]
    [InlineData("Ana\tLuz\nSol", "Ana Luz Sol")]
    [InlineData("Luz \U0001F31E", "Luz \U0001F31E")]
    [InlineData("Ana_x0041_", "Ana_x005F_x0041_")]
    public async Task What_no_workbook_can_hold_is_taken_out(string name, string cell)
    {
        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, [Three[0] with { FullName = name }]);

        using var workbook = new Workbooks(written.Path);
        workbook.Errors.ShouldBeEmpty();
        workbook.Cell("Contactos", "B2").InnerText.ShouldBe(cell);
    }

    // Not a case above: a test's arguments are kept as UTF-8, where half a pair cannot be written.
    [Fact]
    public async Task Half_a_surrogate_pair_and_noncharacters_are_taken_out_and_a_cell_is_cut_at_its_limit()
    {
        var broken = Three[0] with { FullName = "A\uD83Cn\uDF1Ea\uFFFE\uFFFF\uD83C", City = new string('x', 40_000) };

        var written = await WriteAsync("a.xlsx", ExtractionFormat.Xlsx, [broken]);

        using var workbook = new Workbooks(written.Path);
        workbook.Errors.ShouldBeEmpty();
        workbook.Cell("Contactos", "B2").InnerText.ShouldBe("Ana");
        workbook.Cell("Contactos", "C2").InnerText.Length.ShouldBe(32_767); // Excel's longest
    }
}
