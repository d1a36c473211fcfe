using System.Globalization;
using System.Xml.Linq;

namespace Padron.Api.Imports.Report;

/// <summary>Bars as SVG, of our own: a report that is sent by mail loads nothing.</summary>
static class BarChart
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    const int Width = 720;
    const int Label = 235;
    const int Figure = 150;
    const int RowHeight = 22;
    const int PaceHeight = 160;
    const int PaceFoot = 20;

    /// <summary>A bar a value, one under the other, with its count and its share of all.</summary>
    /// <param name="title">Read out in its stead.</param>
    /// <param name="bars">In the order to be shown.</param>
    /// <param name="total">What the shares are of.</param>
    public static XElement Lying(string title, IReadOnlyList<(string Label, long Count)> bars, long total)
    {
        var longest = Math.Max(1, bars.Max(bar => bar.Count));
        return Chart(title, bars.Count * RowHeight, bars.SelectMany((bar, i) => new[]
        {
            Text(Label - 8, (i * RowHeight) + 15, "end", bar.Label),
            Bar(Label, (i * RowHeight) + 3, (double)bar.Count / longest * (Width - Label - Figure), RowHeight - 6),
            Text(Label + ((double)bar.Count / longest * (Width - Label - Figure)) + 6, (i * RowHeight) + 15, "start", $"{ReportNumbers.Of(bar.Count)} ({ReportNumbers.Share(bar.Count, total)})"),
        }));
    }

    /// <summary>A bar an interval, side by side, and the highest value.</summary>
    public static XElement Standing(string title, IReadOnlyList<double> values, string first, string last)
    {
        var highest = Math.Max(1, values.Max());
        var step = (double)Width / values.Count;
        return Chart(
            title, PaceHeight + (2 * PaceFoot),
            [
                Text(0, PaceFoot - 6, "start", $"máx. {ReportNumbers.Of((long)highest)}"),
                .. values.Select((value, i) => Bar(i * step, PaceFoot + (PaceHeight * (1 - (value / highest))), Math.Max(step - 1, 1), PaceHeight * value / highest)),
                Text(0, PaceHeight + (2 * PaceFoot) - 6, "start", first),
                Text(Width, PaceHeight + (2 * PaceFoot) - 6, "end", last),
            ]);
    }

    static XElement Chart(string title, int height, IEnumerable<XElement> parts) => new(
        Svg + "svg", new XAttribute("viewBox", $"0 0 {Width} {height}"), new XAttribute("role", "img"), new XElement(Svg + "title", title), parts);

    static XElement Bar(double x, double y, double width, double height) => new(
        Svg + "rect", Coordinate("x", x), Coordinate("y", y), Coordinate("width", width), Coordinate("height", height));

    static XElement Text(double x, double y, string anchor, string text) => new(
        Svg + "text", Coordinate("x", x), Coordinate("y", y), new XAttribute("text-anchor", anchor), text);

    static XAttribute Coordinate(string name, double value) => new(name, value.ToString("0.#", CultureInfo.InvariantCulture));
}

/// <summary>Numbers as they are written in Mexico, whatever culture the process has.</summary>
static class ReportNumbers
{
    static readonly NumberFormatInfo Mexican = new() { NumberGroupSeparator = ",", NumberDecimalSeparator = "." };

    public static string Of(long count) => count.ToString("#,0", Mexican);

    public static string Score(decimal score) => score.ToString("0.##", Mexican) + " %";

    public static string Share(long count, long total) => (total == 0 ? 0 : 100d * count / total).ToString("0.0", Mexican) + " %";

    public static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? ReportTexts.None;
}
