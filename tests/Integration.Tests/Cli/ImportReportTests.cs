using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Padron.Domain.Imports;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.Integration.Tests.Samples;

namespace Padron.Integration.Tests.Cli;

/// <summary>What an operator is told of a validation: at the end of an import, on demand, and in the report.</summary>
public sealed class ImportReportTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    readonly SampleFolder sample = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => sample.Dispose();

    [Fact]
    public async Task An_import_ends_with_its_score_and_one_that_went_bad_with_what_to_do()
    {
        var truth = await sample.WriteAsync(rows: 1_000);
        using var padron = PadronInstallation.Of(database);
        (await padron.RunAsync("numbering", "load", sample.Plan)).ShouldBeDone();

        (await padron.RunAsync("import", sample.Database)).ShouldBeDone().StdOut.ShouldContain("Validation: 100 % of 95 % required");

        var id = (await database.OnlyImportAsync()).ToString();
        (await padron.RunAsync("imports", "show", id, "--json")).ShouldBeDone().Json.GetProperty("validation").GetProperty("score").GetDecimal().ShouldBe(100);

        // Good.
        var good = padron.PathOf("good.html");
        var json = (await padron.RunAsync("imports", "validate", id, "--source", sample.Database, "--sample", "200", "--report", good, "--json")).ShouldBeDone().Json;
        json.GetProperty("checks").GetArrayLength().ShouldBe(7);
        json.GetProperty("checks")[6].GetProperty("checked").GetInt64().ShouldBeInRange(100, 200);
        var page = await ReadAsync(good);
        Text(page, "p").First().ShouldBe("Puntuación total: 100 %");
        page.Descendants("tr").Count(row => (string?)row.Attribute("class") == "ok").ShouldBe(7);
        await DrawsTheImportAsync(page, truth.Imported);

        // Bad: everybody lost the name, the original number and the state.
        await database.ExecuteAsync("update read.contact_profiles set full_name = 'X', phone_original = null");
        var bad = padron.PathOf("bad.html");
        var ended = await padron.RunAsync("imports", "validate", id, "--source", sample.Database, "--report", bad);
        ended.ExitCode.ShouldBe(1);
        ended.StdErr.ShouldContain("below 95 %");
        ended.StdErr.ShouldContain("required 0 %");
        ended.StdErr.ShouldContain($"padron imports validate {id} --source FILE.db --report FILE.html");
        page = await ReadAsync(bad);
        Text(page, "p").ElementAt(1).ShouldStartWith("La importación no es válida");
        page.Descendants("tr").Count(row => (string?)row.Attribute("class") == "failed").ShouldBe(3);

        // A report overwrites nothing.
        (await padron.RunAsync("imports", "validate", id, "--report", bad)).ExitCode.ShouldBe(1);
        (await database.HistoryAsync(Guid.Parse(id))).Count(name => name == nameof(ImportValidated)).ShouldBe(3);
    }

    async Task DrawsTheImportAsync(XElement page, long imported)
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        var charts = page.Descendants(svg + "svg").ToDictionary(chart => chart.Element(svg + "title")!.Value);
        charts.Keys.ShouldBe([
            "Qué fue de las filas", "Filas rechazadas, por motivo", "Contactos por estado", "Contactos por LADA (las 20 mayores)", "Contactos por estatus",
            "Contactos por tipo de línea", "Contactos que tienen cada dato", "Filas por segundo durante la importación",
        ]);
        charts["Qué fue de las filas"].Value.ShouldContain("importadas" + Shown(imported));
        foreach (var (title, column) in new[] { ("Contactos por estado", "state_code"), ("Contactos por tipo de línea", "line_type"), ("Contactos por estatus", "status") })
        {
            var counts = await database.CountsAsync($"select {column}, count(*) from read.contact_states group by 1");
            charts[title].Descendants(svg + "rect").Count().ShouldBe(counts.Count);
            charts[title].Descendants(svg + "text").Count(text => counts.Values.Any(count => text.Value.StartsWith(Shown(count), StringComparison.Ordinal))).ShouldBe(counts.Count, title);
        }

        charts["Filas por segundo durante la importación"].Descendants(svg + "rect").ShouldAllBe(bar => (double)bar.Attribute("height")! > 0); // though it was a single batch
        charts["Contactos por estado"].Value.ShouldContain("Ciudad de México");
        charts.Values.SelectMany(chart => chart.Descendants(svg + "rect")).ShouldAllBe(bar => (double)bar.Attribute("width")! >= 0 && (double)bar.Attribute("height")! >= 0);
    }

    /// <summary>A page that is well formed, loads nothing and names nobody.</summary>
    async Task<XElement> ReadAsync(string path)
    {
        var text = await File.ReadAllTextAsync(path);
        text.ShouldStartWith("<!DOCTYPE html");
        Regex.Matches(text, @"(?i)https?://[^""]*|url\(|@import|<script|<link|<img|<iframe|\s(src|href)=", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture).Select(match => match.Value).Distinct()
            .ShouldBe(["http://www.w3.org/2000/svg"]); // the name of SVG, which nobody fetches
        foreach (var secret in await database.RowsAsync("select substr(phone::text, 3) as secret from read.contact_states union select full_name from read.contact_profiles where length(full_name) > 3"))
            text.ShouldNotContain(System.Text.Json.JsonDocument.Parse(secret).RootElement.GetProperty("secret").GetString()!);
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, XmlResolver = null });
        return XDocument.Load(reader).Root!;
    }

    static string Shown(long count) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} (");

    static IEnumerable<string> Text(XElement page, string name) => page.Descendants(name).Select(element => element.Value);
}
