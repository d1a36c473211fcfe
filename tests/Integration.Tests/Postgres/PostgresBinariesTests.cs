using Padron.Adapters.Postgres;

namespace Padron.Integration.Tests.Postgres;

public sealed class PostgresBinariesTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("padron-binaries-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Without_any_the_message_says_how_to_install_them_or_do_without()
    {
        var message = Should.Throw<PostgresUnavailableException>(() => PostgresBinaries.Find(["/nowhere", root])).Message;

        message.ShouldStartWith("Padrón found no PostgreSQL server, version 15 or newer, on this machine: install it with `");
        message.ShouldContain("PADRON_DATABASE");
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void The_newest_is_taken_and_numbers_are_no_text() =>
        PostgresBinaries.Find([Installation("9.6.24"), Installation("100.1"), Installation("17.2")]).Major.ShouldBe(100);

    [Fact]
    public void What_is_too_old_is_no_server() =>
        Should.Throw<PostgresUnavailableException>(() => PostgresBinaries.Find([Installation("14.11")]));

    [Fact]
    public void An_installation_without_initdb_is_passed_over()
    {
        var clientOnly = Installation("18.0");
        File.Delete(Path.Combine(clientOnly, "initdb"));

        PostgresBinaries.Find([clientOnly, Installation("16.4")]).Major.ShouldBe(16);
    }

    [Fact]
    public void A_data_directory_is_opened_by_the_version_that_made_it_only()
    {
        var (old, recent) = (Installation("15.13"), Installation("17.2"));

        PostgresBinaries.Find([recent, old], major: 15).Directory.ShouldBe(old);
        Should.Throw<PostgresUnavailableException>(() => PostgresBinaries.Find([recent], major: 15)).Message.ShouldContain("made by PostgreSQL 15");
    }

    /// <summary>Programs that can say their version and nothing else.</summary>
    string Installation(string version)
    {
        var directory = Directory.CreateDirectory(Path.Combine(root, version)).FullName;
        foreach (var program in (string[])["initdb", "pg_ctl", "postgres"])
        {
            var file = Path.Combine(directory, program);
            File.WriteAllText(file, $"#!/bin/sh\necho 'postgres (PostgreSQL) {version} (of a test)'\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return directory;
    }
}
