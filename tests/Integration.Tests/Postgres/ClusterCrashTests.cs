using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Padron.Adapters.Postgres;
using Padron.Integration.Tests.Fixture;

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

    [Fact]
    public async Task A_killed_server_whose_child_is_still_at_work_is_started_again_when_that_has_ended()
    {
        await using var directory = new ClusterDirectory();
        await using var cluster = await directory.AttachAsync();
        var child = (int)(await ClusterDirectory.AskAsync(cluster, "select pid from pg_stat_activity where backend_type = 'background writer'"))!;
        var log = Path.Combine(directory.Path, "pg", "server.log"); // each start sets the one before aside
        await SignalAsync("STOP", child); // it notices nothing
        await directory.KillServerAsync();
        var again = PrivateCluster.AttachAsync(TestCluster.Options(directory.Path) with { StartTimeout = TimeSpan.FromMinutes(5) }, CancellationToken.None);
        try
        {
            await Eventually.TrueAsync(
                async () => Regex.Count(await ReadAsync(log), "still in use", RegexOptions.None, TimeSpan.FromSeconds(5)) > 3,
                "it was tried again and again");
        }
        finally
        {
            await SignalAsync("CONT", child);
        }

        await using var attached = await again;
        (await ClusterDirectory.AskAsync(attached, "select 1")).ShouldBe(1);

        static async Task<string> ReadAsync(string path)
        {
            try
            {
                return await File.ReadAllTextAsync(path);
            }
            catch (FileNotFoundException)
            {
                return ""; // a start is setting it aside at this moment
            }
        }
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

    static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }
}
