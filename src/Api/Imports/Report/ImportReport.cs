using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Padron.Application.Imports;
using Padron.Application.Imports.Validation;
using Padron.Domain.Imports;

namespace Padron.Api.Imports.Report;

/// <summary>A validation as one HTML file that loads nothing: no script, no style sheet, no picture, and no phone number or name.</summary>
static class ImportReport
{
    const int MostLadas = 20;
    const int PaceIntervals = 60;

    const string Style = """
        body { font: 15px/1.45 system-ui, sans-serif; color: #1d2733; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        h2 { margin-top: 2rem; font-size: 1.15rem; border-bottom: 1px solid #d5dbe1 }
        table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid #e6eaee; vertical-align: top }
        td.number, th.number { text-align: right; white-space: nowrap } td.examples { font-size: .8rem; word-break: break-all }
        .score { font-size: 2.4rem; font-weight: 600 } .passed { color: #12703c } .failed { color: #b3261e } .note { color: #5a6672; font-size: .9rem }
        svg { width: 100% } svg rect { fill: #2f6db5 } svg text { font: 12px system-ui, sans-serif; fill: #1d2733 }
        """;

    /// <exception cref="IOException">The file can't be written, or exists: a report is never overwritten.</exception>
    public static async Task WriteAsync(string path, ImportDocument import, ImportValidated validated, ImportSpread spread, CancellationToken ct)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await using var writer = XmlWriter.Create(file, new XmlWriterSettings { Async = true, OmitXmlDeclaration = true, Indent = false });
        await new XDocument(new XDocumentType("html", null, null, null), Page(import, validated, spread)).WriteToAsync(writer, ct);
    }

    static XElement Page(ImportDocument import, ImportValidated validated, ImportSpread spread) => new(
        "html", new XAttribute("lang", ReportTexts.Language),
        new XElement("head", new XElement("meta", new XAttribute("charset", "utf-8")), new XElement("title", $"{ReportTexts.Title}: {import.FileName}"), new XElement("style", Style)),
        new XElement("body", new XElement("h1", ReportTexts.Title), Verdict(validated), About(import, validated), Checks(validated), Charts(import, spread)));

    static object[] Verdict(ImportValidated validated)
    {
        var (kind, text) = validated.Score >= ImportValidated.Threshold ? ("passed", ReportTexts.Passed) : ("failed", ReportTexts.Failed);
        return
        [
            new XElement("p", new XAttribute("class", $"score {kind}"), $"{ReportTexts.Score}: {ReportNumbers.Score(validated.Score)}"),
            new XElement("p", new XAttribute("class", kind), Format(text, ImportValidated.Threshold)),
            Note(ReportTexts.HowScored),
        ];
    }

    static XElement About(ImportDocument import, ImportValidated validated) => new(
        "table",
        new (string Name, string Value)[]
        {
            (ReportTexts.File, import.FileName), ("SHA-256", import.FileSha256), (ReportTexts.Rows, ReportNumbers.Of(import.Rows)),
            (ReportTexts.Import, import.Id.ToString()), (ReportTexts.By, import.StartedBy ?? ReportTexts.None), (ReportTexts.Plan, import.PlanVersion ?? ReportTexts.NoPlan),
            (ReportTexts.StartedAt, ReportNumbers.Time(import.StartedAt)), (ReportTexts.EndedAt, ReportNumbers.Time(import.EndedAt)),
            (ReportTexts.ValidatedAt, ReportNumbers.Time(validated.ValidatedAt)),
        }
        .Select(row => new XElement("tr", new XElement("th", row.Name), new XElement("td", row.Value))));

    static object[] Checks(ImportValidated validated) =>
    [
        new XElement("h2", ReportTexts.Checks),
        new XElement(
            "table",
            new XElement(
                "tr", new XElement("th", ReportTexts.Check), new XElement("th", ReportTexts.Compares), NumberHeading(ReportTexts.Checked),
                NumberHeading(ReportTexts.Failures), NumberHeading(ReportTexts.Passing), new XElement("th", ReportTexts.Examples)),
            validated.Checks.Select(check =>
            {
                var (name, compares) = ReportTexts.OfCheck(check.Name);
                return new XElement(
                    "tr", new XAttribute("class", check.Failed > 0 ? "failed" : "ok"), new XElement("td", name), new XElement("td", compares),
                    Number(ReportNumbers.Of(check.Checked)), Number(ReportNumbers.Of(check.Failed)),
                    Number(check.Checked == 0 ? ReportTexts.NotRun : ReportNumbers.Score(check.Score)),
                    new XElement("td", new XAttribute("class", "examples"), check.Examples is [] ? ReportTexts.None : string.Join("; ", check.Examples)));
            })),
    ];

    static object[] Charts(ImportDocument import, ImportSpread spread)
    {
        var tally = import.Tally ?? ImportTally.Zero;
        return
        [
            Bars(ReportTexts.RowsHeading, tally.RowsRead,
            [
                new("imported", tally.Imported), new("already_known", tally.AlreadyKnown), new("duplicates", tally.Duplicates), new("rejected", tally.RejectedTotal),
            ]),
            Bars(ReportTexts.Rejections, tally.RejectedTotal, tally.Rejected.Where(reason => reason.Value > 0).OrderByDescending(reason => reason.Value)
                .Select(reason => new ValueCount(JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.Key.ToString()), reason.Value))),
            Bars(ReportTexts.States, spread.Contacts, spread.States),
            Bars(Format(ReportTexts.Ladas, MostLadas), spread.Contacts, spread.Ladas.Take(MostLadas)),
            Bars(ReportTexts.Statuses, spread.Contacts, spread.Statuses),
            Bars(ReportTexts.LineTypes, spread.Contacts, spread.LineTypes),
            Bars(ReportTexts.Details, spread.Contacts, spread.Details),
            Pace(import.StartedAt, spread.Pace),
        ];
    }

    static object[] Bars(string title, long total, IEnumerable<ValueCount> counts)
    {
        (string, long)[] bars = [.. counts.Select(count => (ReportTexts.Of(count.Value), count.Contacts))];
        return [new XElement("h2", title), bars is [] ? Note(ReportTexts.NoFigures) : BarChart.Lying(title, bars, total)];
    }

    // The rows of a batch came in evenly since the one before: few batches, or long ones, leave no interval without.
    static object[] Pace(DateTimeOffset start, IReadOnlyList<PacePoint> points)
    {
        var heading = new XElement("h2", ReportTexts.Pace);
        if (points is [])
            return [heading, Note(ReportTexts.NoFigures)];
        var end = points.Max(point => point.StoredAt);
        var seconds = Math.Max((end - start).TotalSeconds, 0.001) / PaceIntervals;
        var rates = Rates(start, points, seconds);

        var (first, last) = (ReportNumbers.Time(start), ReportNumbers.Time(end));
        return
        [
            heading, BarChart.Standing(ReportTexts.Pace, rates, first, last),
            Note(Format(ReportTexts.PaceNote, first, last, PaceIntervals, seconds.ToString("0.##", CultureInfo.InvariantCulture))),
        ];
    }

    static double[] Rates(DateTimeOffset start, IReadOnlyList<PacePoint> points, double seconds)
    {
        var rates = new double[PaceIntervals];
        var (from, before) = (0d, 0L); // in intervals
        foreach (var point in points)
        {
            var to = Math.Max(from, (point.StoredAt - start).TotalSeconds / seconds);
            var rows = point.RowsRead - before;
            for (var i = Math.Min((int)from, PaceIntervals - 1); i < PaceIntervals && i <= to; i++)
                rates[i] += to > from ? rows * Math.Max(0, Math.Min(i + 1, to) - Math.Max(i, from)) / (to - from) / seconds : rows / seconds;
            (from, before) = (to, point.RowsRead);
        }

        return rates;
    }

    static XElement Note(string text) => new("p", new XAttribute("class", "note"), text);

    static XElement Number(string text) => new("td", new XAttribute("class", "number"), text);

    static XElement NumberHeading(string text) => new("th", new XAttribute("class", "number"), text);

    static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
