using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Cli;

/// <summary>From an empty database to a contact that was extracted and opted out, by commands alone.</summary>
public sealed class WholePathTests
{
    [Fact]
    public async Task An_operator_gets_from_nothing_to_files_and_histories()
    {
        using var padron = new PadronInstallation(await PostgresServer.CreateDatabaseAsync());

        // init, twice
        var init = (await padron.RunAsync("init", "--json")).ShouldBeDone().Json;
        init.GetProperty("database").GetString().ShouldBe("given");
        init.GetProperty("schemaScripts").GetInt32().ShouldBeGreaterThan(0);
        File.GetUnixFileMode(padron.KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var again = (await padron.RunAsync("init", "--json")).ShouldBeDone().Json;
        again.GetProperty("schemaScripts").GetInt32().ShouldBe(0);
        again.GetProperty("keyFingerprint").GetString().ShouldBe(init.GetProperty("keyFingerprint").GetString());

        // sample, numbering, import
        var file = padron.PathOf("numeros.db");
        var truth = (await padron.RunAsync("sample", "--contacts", "5000", "--out", file, "--seed", "3", "--json")).ShouldBeDone().Json;
        var plan = (await padron.RunAsync("numbering", "load", padron.PathOf("numeros.plan.csv"), "--json")).ShouldBeDone().Json;
        plan.GetProperty("blocks").GetInt32().ShouldBeGreaterThan(100);
        var import = (await padron.RunAsync("import", file, "--as", "ana", "--json")).ShouldBeDone().Json;
        var tally = import.GetProperty("tally");
        foreach (var count in (string[])["rowsRead", "imported", "duplicates", "verified", "notMobile", "invalidated", "ladaInferred"])
            tally.GetProperty(count).GetInt64().ShouldBe(truth.GetProperty(count).GetInt64(), count);
        import.GetProperty("planVersion").GetString().ShouldBe(plan.GetProperty("version").GetString());

        var id = import.GetProperty("importId").GetString()!;
        var shown = (await padron.RunAsync("imports", "show", id, "--rejections", padron.PathOf("rejected.csv"), "--json")).ShouldBeDone().Json;
        (shown.GetProperty("status").GetString(), shown.GetProperty("startedBy").GetString()).ShouldBe(("COMPLETED", "ana"));
        (await File.ReadAllTextAsync(padron.PathOf("rejected.csv"))).ShouldStartWith("row,value,reason\n");

        // availability
        var verified = truth.GetProperty("verified").GetInt64();
        (await padron.RunAsync("availability", "--json")).ShouldBeDone().Json.GetProperty("VERIFIED").GetInt64().ShouldBe(verified);
        var jalisco = (await padron.RunAsync("availability", "--by", "state", "--value", "jalisco", "--json")).ShouldBeDone().Json.EnumerateArray().ShouldHaveSingleItem();
        jalisco.GetProperty("value").GetString().ShouldBe("JAL");
        jalisco.GetProperty("available").GetInt64().ShouldBe(truth.GetProperty("verifiedByState").GetProperty("JAL").GetInt64());
        (await padron.RunAsync("availability", "--by", "premium", "--json")).ShouldBeDone().Json.GetArrayLength().ShouldBe(10);

        // extract
        var xlsx = padron.PathOf("jalisco.xlsx");
        var extracted = (await padron.RunAsync("extract", "--state", "JALISCO", "--amount", "20", "--format", "xlsx", "--out", xlsx, "--json")).ShouldBeDone().Json;
        await IsDeliveredAsync(extracted, xlsx, 20);
        using (var workbook = ZipFile.OpenRead(xlsx))
            workbook.Entries.ShouldContain(entry => entry.FullName == "xl/workbook.xml");
        var txt = padron.PathOf("premium.txt");
        await IsDeliveredAsync((await padron.RunAsync("extract", "--premium", "--amount", "30", "--format", "txt", "--out", txt, "--json")).ShouldBeDone().Json, txt, 30);
        var numbers = await File.ReadAllLinesAsync(txt);
        numbers.Distinct().Count().ShouldBe(30);
        numbers.ShouldAllBe(number => number.Length == 12 && number.StartsWith("52"));
        (await padron.RunAsync("availability", "--json")).ShouldBeDone().Json.GetProperty("VERIFIED").GetInt64().ShouldBe(verified - 50);

        // one contact of the file
        var contact = (await padron.RunAsync("contact", "show", numbers[0], "--json")).ShouldBeDone().Json;
        (contact.GetProperty("phoneE164").GetString(), contact.GetProperty("status").GetString()).ShouldBe(($"+{numbers[0]}", "EXTRACTED"));
        var written = $"044 {numbers[0][2..4]} {numbers[0][4..8]}-{numbers[0][8..]}";
        (await padron.RunAsync("contact", "opt-out", written, "--reason", "BASTA", "--json")).ShouldBeDone().Json.GetProperty("changed").GetBoolean().ShouldBeTrue();
        (await padron.RunAsync("contact", "opt-out", numbers[0], "--json")).ShouldBeDone().Json.GetProperty("changed").GetBoolean().ShouldBeFalse();
        (await padron.RunAsync("contact", "show", numbers[0], "--json")).ShouldBeDone().Json.GetProperty("status").GetString().ShouldBe("OPTED_OUT");
        (await padron.RunAsync("contact", "history", numbers[0], "--json")).ShouldBeDone().Json.EnumerateArray().Select(entry => entry.GetProperty("type").GetString())
            .ShouldBe(["contact_imported", "contact_verified", "contact_extracted", "contact_opted_out"]);
        (await padron.RunAsync("contact", "history", numbers[0])).ShouldBeDone().StdOut.ShouldContain("Opted out through the command line: BASTA.");
    }

    static async Task IsDeliveredAsync(JsonElement result, string path, int contacts)
    {
        result.GetProperty("obtained").GetInt32().ShouldBe(contacts);
        var file = result.GetProperty("file");
        file.GetProperty("path").GetString().ShouldBe(path);
        file.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path))));
    }
}
