using System.Net;
using System.Net.Sockets;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Cli;

/// <summary>Installations that are not what a command needs.</summary>
public sealed class InstallationTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    PadronInstallation? installation;

    PadronInstallation Padron => installation!;

    [Fact]
    public async Task Another_contact_key_is_refused()
    {
        Padron.WriteKey(first: 2);
        (await Padron.RunAsync("availability")).ShouldHaveFailed(1, "This database was made with another contact key");
        (await Padron.RunAsync("init")).ShouldHaveFailed(1, "This database was made with another contact key");
    }

    [Fact]
    public async Task A_contact_key_that_others_may_read_is_refused()
    {
        Padron.WriteKey(first: 1, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        (await Padron.RunAsync("availability")).ShouldHaveFailed(2, $"Others may read the contact key {Padron.KeyFile}: run `chmod 600 {Padron.KeyFile}`.");
    }

    [Fact]
    public async Task A_lost_contact_key_is_not_replaced()
    {
        File.Delete(Padron.KeyFile);
        (await Padron.RunAsync("init")).ShouldHaveFailed(1, "its contact key is not at");
        File.Exists(Padron.KeyFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_runs_before_init()
    {
        using var empty = new PadronInstallation(await PostgresServer.CreateDatabaseAsync());
        empty.WriteKey(first: 1);
        (await empty.RunAsync("availability")).ShouldHaveFailed(1, "run `padron init` first");

        using var nowhere = new PadronInstallation(database: null);
        (await nowhere.RunAsync("availability")).ShouldHaveFailed(1, "run `padron init` first");
        Directory.Exists(nowhere.PathOf("data")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused_and_the_doctor_says_so()
    {
        await database.ExecuteAsync("insert into padron.schema_versions (component, version, fingerprint) values ('read', 999, 'of tomorrow')");
        (await Padron.RunAsync("availability")).ShouldHaveFailed(1, "The database has version 999 of 'read', which this program does not know: upgrade padron.");

        var doctor = await Padron.RunAsync("doctor", "--json");
        doctor.ExitCode.ShouldBe(3);
        Findings(doctor)["schema"].ShouldBe(("missing", "The database has version 999 of 'read', which this program does not know: upgrade padron."));
    }

    [Fact]
    public async Task A_server_that_is_down_is_a_sentence()
    {
        // A port that was free a moment ago and that nothing listens on.
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Padron.Environment["PADRON_DATABASE"] = $"Host=127.0.0.1;Port={port};Username=nobody;Database=nothing";

        (await Padron.RunAsync("availability")).ShouldHaveFailed(3, "PostgreSQL can't be reached");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_a_sentence()
    {
        Padron.Environment["PADRON_DATABASE"] = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "not_there" }.ConnectionString;
        (await Padron.RunAsync("availability")).ShouldHaveFailed(3, "database \"not_there\" does not exist");
    }

    [Theory]
    [InlineData("PADRON_DATABASE", "postgres://ana@localhost/padron")]
    [InlineData("PADRON_DATABASE", "Host=localhost;Pasword=x")]
    [InlineData("PADRON_READ_PATIENCE", "a while")]
    public async Task A_setting_that_cannot_be_read_is_named(string setting, string value)
    {
        Padron.Environment[setting] = value;
        (await Padron.RunAsync("availability")).ShouldHaveFailed(2, setting);
    }

    [Fact]
    public async Task The_doctor_finds_a_good_installation_good()
    {
        var doctor = (await Padron.RunAsync("doctor", "--json")).ShouldBeDone();

        var findings = Findings(doctor);
        (findings[".NET"].Result, findings["contact key"].Result, findings["database"].Result, findings["schema"].Result).ShouldBe(("ok", "ok", "ok", "ok"));
        findings["numbering plan"].Result.ShouldBe("advice");
        findings["database"].Finding.ShouldNotBeNull().ShouldContain("(PADRON_DATABASE)");
    }

    [Fact]
    public async Task On_a_server_that_is_not_ours_the_doctor_proposes_settings_and_changes_none()
    {
        const string ShownAs = "select current_setting('jit') || current_setting('shared_buffers') || (select count(*) from pg_file_settings)";
        await database.ExecuteAsync("do $$ begin execute format('alter database %I set jit = on', current_database()); end $$");
        database.DataSource.Clear();
        var before = await database.ScalarAsync<string>(ShownAs);

        var findings = Findings((await Padron.RunAsync("doctor", "--json")).ShouldBeDone());

        findings["server: jit"].ShouldBe(("advice", "on; off: statements take milliseconds, compiling one takes hundreds"));
        findings["server: shared_buffers"].Result.ShouldBe("advice");
        findings["server: shared_buffers"].Finding!.ShouldEndWith("(takes a restart)");
        (await database.ScalarAsync<string>(ShownAs)).ShouldBe(before);
    }

    [Fact]
    public async Task The_doctor_finds_a_misspelt_setting()
    {
        Padron.Environment["PADRON_READ_PATIENSE"] = "3";
        Findings((await Padron.RunAsync("doctor", "--json")).ShouldBeDone())["settings"].ShouldBe(("advice", "set, and no setting: PADRON_READ_PATIENSE; `padron settings` lists what is"));
    }

    [Fact]
    public async Task Every_setting_is_shown_with_its_value_and_no_secret_is()
    {
        Padron.Environment["PADRON_DATABASE_PASSWORD"] = "sésamo";
        var settings = (await Padron.RunAsync("settings", "--json")).ShouldBeDone();
        settings.Json.GetProperty("PADRON_CONTACT_KEY_FILE").GetString().ShouldBe(Padron.KeyFile);
        settings.Json.GetProperty("PADRON_DATABASE_PASSWORD").GetString().ShouldBe("(secret)");
        settings.StdOut.ShouldNotContain("sésamo");
    }

    [Fact]
    public async Task The_doctor_says_what_an_empty_installation_lacks_and_makes_nothing()
    {
        using var nowhere = new PadronInstallation(database: null);
        var doctor = await nowhere.RunAsync("doctor", "--json");

        doctor.ExitCode.ShouldBe(3);
        var findings = Findings(doctor);
        findings["PostgreSQL programs"].Result.ShouldBe("ok");
        findings["database"].ShouldBe(("missing", "not made yet: run `padron init`"));
        findings["contact key"].Result.ShouldBe("missing");
        (findings["schema"].Result, findings["numbering plan"].Result).ShouldBe(("skipped", "skipped"));
        Directory.Exists(nowhere.PathOf("data")).ShouldBeFalse();
        doctor.StdErr.ShouldContain("Something is missing");
    }

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => installation?.Dispose();

    static Dictionary<string, (string? Result, string? Finding)> Findings(ProcessEnd doctor) => doctor.Json.EnumerateArray().ToDictionary(
        check => check.GetProperty("name").GetString()!, check => (check.GetProperty("result").GetString(), check.GetProperty("finding").GetString()));
}
