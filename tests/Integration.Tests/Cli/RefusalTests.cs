using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Cli;

/// <summary>Commands that the register refuses (1) or that make no sense (2): a sentence, and nothing changed.</summary>
public sealed class RefusalTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    PadronInstallation? installation;

    PadronInstallation Padron => installation!;

    [Fact]
    public async Task What_the_register_cannot_do_is_refused()
    {
        await database.GivenVerifiedAsync(3);
        var (taken, free) = (Padron.PathOf("taken.txt"), Padron.PathOf("free.txt"));
        await File.WriteAllTextAsync(taken, "theirs");

        (await Padron.RunAsync("extract", "--state", "CDMX", "--amount", "4", "--format", "txt", "--out", free)).ShouldHaveFailed(1, "3");
        (await Padron.RunAsync("extract", "--state", "CDMX", "--amount", "2", "--format", "txt", "--out", taken)).ShouldHaveFailed(1, taken);
        (await Padron.RunAsync("extract", "--state", "Atlantis", "--amount", "1", "--format", "txt", "--out", free)).ShouldHaveFailed(1, "There is no state 'Atlantis'.");
        (await Padron.RunAsync("extract", "--premium", "--amount", "1", "--format", "txt", "--out", free)).ShouldHaveFailed(1, "mejores_ladas");
        (await Padron.RunAsync("contact", "show", "5599999999")).ShouldHaveFailed(1, "The register knows nothing of +525599999999.");
        (await Padron.RunAsync("contact", "history", "5599999999")).ShouldHaveFailed(1, "The register knows nothing of +525599999999.");
        (await Padron.RunAsync("sample", "--contacts", "10", "--out", taken)).ShouldHaveFailed(1, taken);

        File.Exists(free).ShouldBeFalse();
        (await File.ReadAllTextAsync(taken)).ShouldBe("theirs");
        (await database.ScalarAsync<long>("select count(*) from events.mt_events where type = 'contact_extracted'")).ShouldBe(0);
    }

    [Fact]
    public async Task What_makes_no_sense_is_bad_usage()
    {
        var text = Padron.PathOf("text.db");
        await File.WriteAllTextAsync(text, "no database");

        (await Padron.RunAsync("import", "x.db", "--frobnicate")).ShouldHaveFailed(2, "`padron import --help` tells more.");
        (await Padron.RunAsync("extract", "--amount", "1", "--format", "txt", "--out", "x.txt")).ShouldHaveFailed(2, "Choose one of --premium, --state");
        (await Padron.RunAsync("extract", "--lada", "55", "--city", "Mérida", "--amount", "1", "--format", "txt", "--out", "x.txt")).ShouldHaveFailed(2, "Choose one of");
        (await Padron.RunAsync("contact", "show", "mañana")).ShouldHaveFailed(2, "'mañana' is not a Mexican phone number: it has letters");
        (await Padron.RunAsync("import", Padron.PathOf("missing.db"))).ShouldHaveFailed(2, "There is no file");
        (await Padron.RunAsync("import", text)).ShouldHaveFailed(2, "can't be read as a SQLite database");
        (await Padron.RunAsync("numbering", "load", text)).ShouldHaveFailed(2, "This is not IFT's numbering plan");
        (await Padron.RunAsync("sample", "--contacts", "0", "--out", Padron.PathOf("none.db"))).ShouldHaveFailed(2, "--contacts must be at least 1.");
        (await Padron.RunAsync("sample", "--contacts", "9000000000", "--out", Padron.PathOf("none.db"))).ShouldHaveFailed(2, "too few numbers");
        (await Padron.RunAsync("sample", "--contacts", "5", "--out", Padron.PathOf("none.db"), "--dirt", "Nonsense=1")).ShouldHaveFailed(2, "'Nonsense=1' is not a kind of dirt");
    }

    [Theory]
    [InlineData("PADRON_EXTRACTION_FILE_DAYS", "3651", "PADRON_EXTRACTION_FILE_DAYS is '3651': give days from 0 to 3650.")]
    [InlineData("PADRON_EXTRACTION_FILE_DAYS", "a month", "give days from 0 to 3650.")]
    [InlineData("PADRON_QUEUE_LEASE", "2", "PADRON_QUEUE_LEASE is '2': give seconds from 3 to 3600.")]
    [InlineData("PADRON_READ_PATIENCE", "-1", "PADRON_READ_PATIENCE is '-1': give seconds from 0 to 3600.")]
    public async Task A_setting_out_of_its_range_is_bad_usage(string name, string value, string sentence)
    {
        Padron.Environment[name] = value;

        (await Padron.RunAsync("extractions", "list")).ShouldHaveFailed(2, sentence);
    }

    [Fact]
    public async Task A_place_that_stands_in_several_states_is_asked_for_and_accents_and_case_are_not()
    {
        await database.GivenVerifiedAsync(3, 8710000000, "COAH", "Torreón");
        await database.GivenVerifiedAsync(2, 6180000000, "DGO", "TORREON");
        string[] Extract(params string[] selection) => ["extract", .. selection, "--amount", "2", "--format", "txt", "--out", Padron.PathOf($"{string.Concat(selection)}.txt"), "--json"];

        (await Padron.RunAsync(Extract("--city", "torreon"))).ShouldHaveFailed(1, "'torreon' stands in several states: COAH (3 available), DGO (2 available). Say which with --state.");
        foreach (var state in (string[])["durango", "Coahuila de Zaragoza"])
            (await Padron.RunAsync(Extract("--city", " TORREÓN ", "--state", state))).ShouldBeDone().Json.GetProperty("obtained").GetInt32().ShouldBe(2);
        (await Padron.RunAsync(Extract("--municipality", "torreón", "--state", "coahuila"))).ShouldHaveFailed(1, "1");
        (await Padron.RunAsync(Extract("--city", "torreón", "--state", "Jalisco"))).ShouldHaveFailed(1, "The register has no city 'torreón' in JAL.");

        var places = (await Padron.RunAsync("availability", "--by", "city", "--value", "torreón", "--json")).ShouldBeDone().Json;
        places.EnumerateArray().Select(place => (place.GetProperty("stateCode").GetString(), place.GetProperty("available").GetInt64())).ShouldBe([("COAH", 1), ("DGO", 0)]);
    }

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => installation?.Dispose();
}
