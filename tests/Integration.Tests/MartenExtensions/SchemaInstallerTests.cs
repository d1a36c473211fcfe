using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

public sealed class SchemaInstallerTests : IAsyncLifetime
{
    string connectionString = "";
    NpgsqlDataSource? empty;

    SchemaInstaller Installer => new(empty!);

    public async Task InitializeAsync()
    {
        connectionString = await PostgresServer.CreateDatabaseAsync();
        empty = NpgsqlDataSource.Create(connectionString);
    }

    public async Task DisposeAsync()
    {
        await empty!.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(connectionString);
    }

    [Fact]
    public async Task A_second_install_finds_nothing_to_do()
    {
        (await Installer.VersionsAsync()).ShouldBeNull();
        (await Installer.InstallAsync(SchemaScript.OfEventStore)).ShouldBe(SchemaScript.OfEventStore);

        (await Installer.InstallAsync(SchemaScript.OfEventStore)).ShouldBeEmpty();

        (await Installer.VersionsAsync()).ShouldBe(new Dictionary<string, int> { ["events"] = SchemaScript.OfEventStore.Count });
    }

    [Fact]
    public async Task Of_eight_installs_at_once_one_does_the_work()
    {
        // A table made twice would throw; a data source each, as eight processes would have.
        var ran = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var process = NpgsqlDataSource.Create(connectionString);
            return (await new SchemaInstaller(process).InstallAsync(SchemaScript.OfEventStore)).Count;
        }));

        ran.Order().ShouldBe([0, 0, 0, 0, 0, 0, 0, SchemaScript.OfEventStore.Count]);
        (await Installer.InstallAsync(SchemaScript.OfEventStore)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_older_database_gets_what_it_lacks()
    {
        await Installer.InstallAsync(SchemaScript.OfEventStore);
        var next = new SchemaScript("boxes", 1, "create table box (id uuid)");

        (await Installer.InstallAsync([.. SchemaScript.OfEventStore, next])).ShouldBe([next]);
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_refused()
    {
        await Installer.InstallAsync([.. SchemaScript.OfEventStore, new SchemaScript("events", 99, "create table from_the_future ()")]);

        (await Should.ThrowAsync<SchemaMismatchException>(() => Installer.InstallAsync(SchemaScript.OfEventStore)))
            .Message.ShouldBe("The database has version 99 of 'events', which this program does not know: upgrade padron.");
    }

    [Fact]
    public async Task A_script_edited_after_its_release_is_refused()
    {
        await Installer.InstallAsync(SchemaScript.OfEventStore);
        SchemaScript[] edited = [.. SchemaScript.OfEventStore.Select(script => script with { Sql = script.Sql + "-- one word more" })];

        (await Should.ThrowAsync<SchemaMismatchException>(() => Installer.InstallAsync(edited)))
            .Message.ShouldStartWith("Version 1 of 'events' was installed from another text: ");
    }

    [Fact]
    public async Task What_a_library_writes_follows_and_cut_short_the_next_install_does_the_rest()
    {
        var isKilled = true;
        SchemaScript[] scripts =
        [
            new("ours", 1, "create table public.ours ()"),
            new("theirs", 1, "-- written by a library") { WriteAsync = _ => isKilled ? throw new TimeoutException("killed") : Task.FromResult("create table public.theirs ()") },
        ];

        await Should.ThrowAsync<TimeoutException>(() => Installer.InstallAsync(scripts));
        (await Installer.VersionsAsync()).ShouldBe(new Dictionary<string, int> { ["ours"] = 1 });

        isKilled = false;
        (await Installer.InstallAsync(scripts)).ShouldHaveSingleItem().Component.ShouldBe("theirs");
        (await Installer.InstallAsync(scripts)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_behind()
    {
        var broken = new SchemaScript("boxes", 1, "create tabel box ()");
        await Should.ThrowAsync<PostgresException>(() => Installer.InstallAsync([.. SchemaScript.OfEventStore, broken]));

        (await Installer.VersionsAsync()).ShouldBeNull();
        await using var command = empty!.CreateCommand("select to_regnamespace('events') is null");
        (await command.ExecuteScalarAsync()).ShouldBe(true);
    }
}
