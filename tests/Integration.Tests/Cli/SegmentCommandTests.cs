using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Cli;

public sealed class SegmentCommandTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    PadronInstallation? installation;

    PadronInstallation Padron => installation!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
        await database.GivenVerifiedAsync(30, firstNational: 8110000000, stateCode: "NL", city: "Monterrey");
        await database.GivenVerifiedAsync(20, firstNational: 3310000000, stateCode: "JAL", city: "Guadalajara");
        await database.CatchUpAsync();
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => installation?.Dispose();

    [Fact]
    public async Task A_segment_is_saved_shown_counted_extracted_from_changed_and_removed()
    {
        (await Padron.RunAsync("segments", "create", "dos", "--city", "monterrey", "--city", "Guadalajara", "--carrier", "telcel", "--as", "ana")).ShouldBeDone().StdOut
            .ShouldBe("Segment dos is saved.\n  city GUADALAJARA or MONTERREY\n  carrier TELCEL\n");
        (await Padron.RunAsync("segments", "create", "dos", "--lada", "55")).ShouldHaveFailed(1, "There is a segment 'dos' already");
        (await Padron.RunAsync("segments", "create", "tres", "--status", "asleep")).ShouldHaveFailed(2, "'asleep' is no status: take unverified or verified");
        (await Padron.RunAsync("segments", "create", "tres", "--city", "Monterey")).ShouldHaveFailed(1, "Did you mean MONTERREY (NL, 30 available)");
        (await Padron.RunAsync("segments", "list")).ShouldBeDone().StdOut.ShouldContain("city GUADALAJARA or MONTERREY; carrier TELCEL");
        (await Padron.RunAsync("segments", "count", "dos")).ShouldBeDone().StdOut.ShouldBe("50 contacts, 50 of them available.\n");

        var path = Padron.PathOf("dos.txt");
        var extracted = (await Padron.RunAsync("extract", "--segment", "dos", "--amount", "45", "--format", "txt", "--out", path)).ShouldBeDone();
        extracted.StdErr.ShouldContain("Only 5 contacts are left of segment dos, fewer than 1,000.");
        (await File.ReadAllLinesAsync(path)).Length.ShouldBe(45);

        (await Padron.RunAsync("segments", "update", "dos", "--lada", "33")).ShouldBeDone().StdOut.ShouldBe("Segment dos is changed.\n  LADA 33\n");
        (await Padron.RunAsync("segments", "contacts", "dos", "--limit", "5", "--json")).ShouldBeDone().Json.GetProperty("contacts").GetArrayLength().ShouldBe(5);
        (await Padron.RunAsync("segments", "show", "dos", "--json")).ShouldBeDone().Json.GetProperty("filter").GetProperty("ladas")[0].GetString().ShouldBe("33");
        (await Padron.RunAsync("segments", "remove", "dos")).ShouldBeDone().StdOut.ShouldBe("Segment dos is removed.\n");
        (await Padron.RunAsync("segments", "show", "dos")).ShouldHaveFailed(1, "There is no segment 'dos'.");
    }

    [Fact]
    public async Task Availability_takes_a_mistyped_place_says_so_and_marks_what_runs_low()
    {
        var told = (await Padron.RunAsync("availability", "--by", "city", "--value", "Guadaljara")).ShouldBeDone();
        told.StdOut.ShouldContain("GUADALAJARA");
        told.StdOut.ShouldContain("low");
        told.StdErr.ShouldContain("'Guadaljara' taken as GUADALAJARA.");

        Padron.Environment["PADRON_LOW_CITY"] = "20";
        (await Padron.RunAsync("availability", "--by", "city")).ShouldBeDone().StdOut.ShouldNotContain("low");
        (await Padron.RunAsync("availability", "--by", "city", "--value", "Wuppertal")).ShouldHaveFailed(1, "The register has no city 'Wuppertal'.");
        (await Padron.RunAsync("extract", "--city", "Guadaljara", "--amount", "1", "--format", "txt", "--out", Padron.PathOf("no.txt")))
            .ShouldHaveFailed(1, "Did you mean GUADALAJARA (JAL, 20 available)?");
        (await Padron.RunAsync("availability", "--by", "segment")).ShouldHaveFailed(2, "padron segments count NAME");
    }
}
