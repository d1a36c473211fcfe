using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Padron.Adapters.Extractions;

/// <summary>How a cell looks: its index in <see cref="WorkbookStyles.Stylesheet"/>.</summary>
enum CellLook
{
    Default,

    /// <summary>Format "@": the cell stays a text even when it is edited, so no number is rounded and no formula begins.</summary>
    Text,
    Header,
    Label,
    Date,
}

static class WorkbookStyles
{
    const uint TextFormat = 49; // built in: "@"
    const uint DateFormat = 164; // the first number that is free for a format of one's own

    /// <remarks>The first font, the first two fills (none, gray125) and the first border are where every reader expects them.</remarks>
    public static Stylesheet Stylesheet() => new(
        new NumberingFormats(new NumberingFormat { NumberFormatId = DateFormat, FormatCode = "yyyy-mm-dd hh:mm:ss" }) { Count = 1 },
        new Fonts(
            new Font(new FontSize { Val = 11 }, new FontName { Val = "Calibri" }),
            new Font(new Bold(), new FontSize { Val = 11 }, new FontName { Val = "Calibri" }),
            new Font(new Bold(), new FontSize { Val = 11 }, new Color { Rgb = "FFFFFFFF" }, new FontName { Val = "Calibri" }))
        {
            Count = 3,
        },
        new Fills(
            new Fill(new PatternFill { PatternType = PatternValues.None }),
            new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
            new Fill(new PatternFill(new ForegroundColor { Rgb = "FF1F4E78" }) { PatternType = PatternValues.Solid }))
        {
            Count = 3,
        },
        new Borders(new Border(new LeftBorder(), new RightBorder(), new TopBorder(), new BottomBorder(), new DiagonalBorder()))
        {
            Count = 1,
        },
        new CellStyleFormats(Format(0, 0, 0)) { Count = 1 },
        new CellFormats(InOrderOfLooks()) { Count = (uint)Enum.GetValues<CellLook>().Length },
        new CellStyles(new CellStyle { Name = "Normal", FormatId = 0, BuiltinId = 0 }) { Count = 1 });

    static IEnumerable<OpenXmlElement> InOrderOfLooks() => Enum.GetValues<CellLook>().Select(look =>
    {
        var format = look switch
        {
            CellLook.Text => Format(TextFormat, font: 0, fill: 0),
            CellLook.Header => Format(TextFormat, font: 2, fill: 2),
            CellLook.Label => Format(0, font: 1, fill: 0),
            CellLook.Date => Format(DateFormat, font: 0, fill: 0),
            _ => Format(0, font: 0, fill: 0),
        };
        format.FormatId = 0;
        return format;
    });

    static CellFormat Format(uint number, uint font, uint fill) => new()
    {
        NumberFormatId = number,
        FontId = font,
        FillId = fill,
        BorderId = 0,
        ApplyNumberFormat = number != 0,
        ApplyFont = font != 0,
        ApplyFill = fill != 0,
    };
}
