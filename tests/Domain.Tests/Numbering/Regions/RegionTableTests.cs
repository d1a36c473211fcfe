using Padron.Domain.Numbering;
using Padron.Domain.Numbering.Regions;

namespace Padron.Domain.Tests.Numbering.Regions;

public sealed class RegionTableTests
{
    [Fact]
    public void It_holds_245_regions_and_nine_calling_codes_of_no_country()
    {
        RegionTable.All.Count(region => region.Code != RegionTable.NonGeographic).ShouldBe(245);
        RegionTable.All.Where(region => region.Code == RegionTable.NonGeographic).Select(region => region.CallingCode)
            .ShouldBe([800, 808, 870, 878, 881, 882, 883, 888, 979]);
    }

    [Fact]
    public void It_says_what_it_was_made_of()
    {
        using var stream = typeof(RegionTable).Assembly.GetManifestResourceStream("Padron.Domain.Numbering.Regions.regions.txt")!;
        using var reader = new StreamReader(stream);
        reader.ReadLine()!.ShouldContain("do not edit");
        reader.ReadLine()!.ShouldMatch(@"^# package: libphonenumber-js \d+\.\d+\.\d+ \(MIT\), metadata\.max\.json, SHA-256 [0-9a-f]{64}$");
        reader.ReadLine()!.ShouldBe("# origin: Google's libphonenumber (Apache-2.0), trimmed to what parsing, typing and formatting need; see NOTICE");
    }

    [Fact]
    public void Every_region_has_its_rules_and_no_calling_code_begins_another()
    {
        foreach (var region in RegionTable.All)
        {
            region.Rules.LengthOf("1").ShouldBe(NumberLength.TooShort);
            RegionTable.OfCallingCode($"{region.CallingCode}0123", out var national)!.CallingCode.ShouldBe(region.CallingCode);
            national.ToString().ShouldBe("0123");
        }
    }

    [Fact]
    public void The_main_region_comes_first_and_has_the_formats()
    {
        RegionTable.Sharing(1)[0].Code.ShouldBe("US");
        RegionTable.Sharing(7)[0].Code.ShouldBe("RU");
        RegionTable.Sharing(44)[0].Code.ShouldBe("GB");
        RegionTable.Find("us").ShouldBeSameAs(RegionTable.Sharing(1)[0]);
        RegionTable.Find("001").ShouldBeNull();
        foreach (var region in RegionTable.All) RegionTable.Sharing(region.CallingCode)[0].Formats.ShouldNotBeNull();
    }

    [Fact]
    public void Every_LADA_is_one_of_the_metadata_and_the_other_way_round() =>
        Enumerable.Range(200, 800).Where(head => RegionTable.Find("MX")!.Rules.TypeOf($"{head}1234567") is NumberType.FixedLineOrMobile)
            .ShouldBe(Enumerable.Range(200, 800).Where(head => Ladas.Find(PhoneNumber.Mexican(head * 10_000_000L)) is not null));
}
