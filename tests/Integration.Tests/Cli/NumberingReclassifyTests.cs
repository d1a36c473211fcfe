using System.Text.Json;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;

namespace Padron.Integration.Tests.Cli;

/// <summary>A new plan, as an operator meets it: loaded, looked at, followed.</summary>
public sealed class NumberingReclassifyTests : IAsyncLifetime, IDisposable
{
    const string Header = "ZONA, NUMERACION_INICIAL, NUMERACION_FINAL, OCUPACION, MODALIDAD, RAZON_SOCIAL, FECHA_ASIGNACION\n";

    readonly PadronDatabase database = new();
    readonly ContactFile file = new();
    PadronInstallation? installation;

    PadronInstallation Padron => installation!;

    [Fact]
    public async Task A_new_plan_changes_the_lines_that_rested_on_the_old_one_and_no_others()
    {
        // 55 1000 0000 to 0009 are mobiles by the first plan and landlines by the second; 0010 to 0019 the other way round; 0020 to 0024 are in the second only;
        // 0030 is in the first only.
        var first = await PlanAsync("a.csv", "5,5510000000,5510000009,10,CPP,MÓVILES,01/02/2003,\n5,5510000010,5510000019,10,FIJO,TELEFONÍA,01/02/2003,\n5,5510000030,5510000030,1,CPP,MÓVILES,01/02/2003,\n");
        var second = await PlanAsync("b.csv", "5,5510000000,5510000009,10,FIJO,TELEFONÍA,01/02/2003,\n5,5510000010,5510000024,15,CPP,\"MÓVILES, S.A.\",01/02/2003,\n");
        (await Padron.RunAsync("numbering", "load", first)).ShouldBeDone();
        foreach (var number in Enumerable.Range(0, 25).Append(30))
            file.Add(5510000000 + number, state: "CDMX");
        (await Padron.RunAsync("import", file.Path)).ShouldBeDone();
        (await Padron.RunAsync("contact", "verify", "5510000000", "--json")).ShouldBeDone();
        (await Padron.RunAsync("contact", "opt-out", "5510000001", "--reason", "ALTO")).ShouldBeDone();
        (await Padron.RunAsync("contact", "opt-out", "5510000010", "--reason", "ALTO")).ShouldBeDone();
        (await Padron.RunAsync("contact", "invalidate", "5510000011", "--reason", "out_of_service")).ShouldBeDone();
        (await Padron.RunAsync("extract", "--state", "CDMX", "--amount", "3", "--format", "txt", "--out", Padron.PathOf("3.txt"), "--seed", "1")).ShouldBeDone();
        (await StatusesAsync()).ShouldBe("EXTRACTED 3, INVALID 1, NOT_MOBILE 8, OPTED_OUT 2, UNVERIFIED 5, VERIFIED 7");

        var dry = (await Padron.RunAsync("numbering", "load", second, "--dry-run")).ShouldBeDone().StdOut;
        dry.ShouldStartWith("Would load 2 blocks from b.csv as pnn-");
        var loaded = (await Padron.RunAsync("numbering", "load", second)).ShouldBeDone().StdOut;
        loaded.ShouldContain("in numbers: 10 became mobile, 10 became fixed, 5 were added, 1 removed, 20 changed carrier.");
        var handedOutLandlines = await ExtractedAsync();
        loaded.ShouldContain("14 contacts would become mobiles and 9 landlines by it: `padron numbering reclassify` changes them.");

        var list = Padron.PathOf("changes.csv");
        var preview = (await Padron.RunAsync("numbering", "reclassify", "--dry-run", "--out", list, "--json")).ShouldBeDone().Json;
        Contacts(preview).ShouldBe((14, 9));
        var lines = await File.ReadAllLinesAsync(list);
        lines.Length.ShouldBe(24);
        lines[0].ShouldBe("phone,status,line,new_line,carrier");
        lines.ShouldContain("+525510000010,OPTED_OUT,Fixed,Mobile,\"MÓVILES, S.A.\"");
        lines.ShouldContain("+525510000020,UNVERIFIED,Unknown,Mobile,\"MÓVILES, S.A.\"");
        (await Padron.RunAsync("numbering", "reclassify", "--out", list)).ShouldHaveFailed(2, "--out goes with --dry-run");

        (await Padron.RunAsync("numbering", "reclassify", "--as", "ana")).ShouldBeDone().StdOut
            .ShouldStartWith("14 contacts are mobiles now and 9 are landlines, by pnn-");
        // The one whose block is gone, the one that was verified by hand and what was handed out keep what they had.
        (await StatusesAsync()).ShouldBe(
            $"{(handedOutLandlines < 3 ? $"EXTRACTED {3 - handedOutLandlines}, " : "")}INVALID 1, NOT_MOBILE 8, OPTED_OUT 2, VERIFIED {12 + handedOutLandlines}");
        (await Padron.RunAsync("numbering", "reclassify", "--json")).ShouldBeDone().Json.GetProperty("contacts").GetProperty("total").GetInt32().ShouldBe(0);
        (await Padron.RunAsync("contact", "history", "5510000010")).ShouldBeDone().StdOut.ShouldContain("MÓVILES, S.A.");

        var versions = (await Padron.RunAsync("numbering", "versions", "--json")).ShouldBeDone().Json;
        versions.EnumerateArray().Select(version => version.GetProperty("fileName").GetString()).ShouldBe(["b.csv", "a.csv"]);
        versions[0].GetProperty("difference").GetProperty("becameFixed").GetInt32().ShouldBe(10);
        (await Padron.RunAsync("numbering", "versions")).ShouldBeDone().StdOut.ShouldContain("a.csv");
    }

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose()
    {
        installation?.Dispose();
        file.Dispose();
    }

    async Task<string> PlanAsync(string name, string blocks)
    {
        var path = Padron.PathOf(name);
        await File.WriteAllTextAsync(path, Header + blocks);
        return path;
    }

    static (int ToMobile, int ToFixed) Contacts(JsonElement result) =>
        (result.GetProperty("contacts").GetProperty("toMobile").GetInt32(), result.GetProperty("contacts").GetProperty("toFixed").GetInt32());

    /// <summary>How many of the extracted contacts are landlines by the second plan, that was not asked of them.</summary>
    Task<long> ExtractedAsync() =>
        database.ScalarAsync<long>("select count(*) from read.contacts where status = 'EXTRACTED' and phone_e164 between '+525510000001' and '+525510000009'");

    async Task<string> StatusesAsync()
    {
        await database.CatchUpAsync();
        return await database.ScalarAsync<string>(
            "select string_agg(status || ' ' || contacts, ', ' order by status) from (select status, count(*) as contacts from read.contacts group by status) s");
    }
}
