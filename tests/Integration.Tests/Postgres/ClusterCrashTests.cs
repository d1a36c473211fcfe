using System.Globalization;

namespace Padron.Integration.Tests.Postgres;

/// <summary>What killed processes, killed servers and switched-off machines leave behind.</summary>
public sealed class ClusterCrashTests
{
    [Fact]
    public async Task The_server_of_a_killed_process_is_found_used_and_stopped()
    {
        await using var directory = new ClusterDirectory();
        using var other = await AttachedProcess.StartAsync(directory.Path);
        var server = directory.Server.ShouldNotBeNull();
        await other.KillAsync();

        await using (var ours = await directory.AttachAsync())
        {
            directory.Server.ShouldBe(server);
            (await ClusterDirectory.AskAsync(ours, "select 1")).ShouldBe(1);
        }

        directory.Server.ShouldBeNull();
    }

    [Fact]
    public async Task A_killed_server_is_started_again()
    {
        await using var directory = new ClusterDirectory();
        await using var cluster = await directory.AttachAsync();
        var killed = directory.Server;
        await directory.KillServerAsync();
        directory.Server.ShouldBe(killed); // the file stayed

        await using var again = await directory.AttachAsync();

        directory.Server.ShouldNotBe(killed);
        (await ClusterDirectory.AskAsync(again, "select 1")).ShouldBe(1);
    }

    [Theory]
    [InlineData("a process that is no server")]
    [InlineData("another server")]
    public async Task A_process_that_has_a_dead_servers_number_is_not_taken_for_it(string what)
    {
        await using var directory = new ClusterDirectory();
        await using var another = new ClusterDirectory();
        await using (await directory.AttachAsync())
        {
        }

        await using var running = await another.AttachAsync();
        var taken = what == "another server" ? another.Server!.Value : Environment.ProcessId;
        string[] stale =
        [
            taken.ToString(CultureInfo.InvariantCulture), Path.Combine(directory.Path, "pg"), "1700000000",
            "5432", Path.Combine(directory.Path, "run"), "", "", "ready   ",
        ];
        await File.WriteAllLinesAsync(directory.PostmasterFile, stale);

        await using (var cluster = await directory.AttachAsync())
        {
            directory.Server.ShouldNotBe(taken);
            (await ClusterDirectory.AskAsync(cluster, "show data_directory")).ShouldBe(Path.Combine(directory.Path, "pg"));
        }

        directory.Server.ShouldBeNull();
        (await ClusterDirectory.AskAsync(running, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_creation_that_was_interrupted_is_done_again()
    {
        await using var directory = new ClusterDirectory();
        var unfinished = Path.Combine(directory.Path, "pg.init-0123456789");
        Directory.CreateDirectory(Path.Combine(unfinished, "base"));
        await File.WriteAllTextAsync(Path.Combine(unfinished, "PG_VERSION"), "15\n");

        await using var cluster = await directory.AttachAsync();

        Directory.Exists(unfinished).ShouldBeFalse();
        (await ClusterDirectory.AskAsync(cluster, "select 1")).ShouldBe(1);
    }
}
