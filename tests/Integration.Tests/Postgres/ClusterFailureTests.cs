using Padron.Adapters.Postgres;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Postgres;

/// <summary>Places and settings with which it cannot work, or all but.</summary>
public sealed class ClusterFailureTests
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public async Task A_directory_that_the_servers_user_cannot_enter_is_named_and_nothing_is_left()
    {
        await using var directory = new ClusterDirectory("closed/data/padron");
        var closed = Directory.CreateDirectory(Path.GetFullPath("../..", directory.Path), OwnerOnly).FullName;

        if (Environment.IsPrivilegedProcess)
        {
            var message = (await Should.ThrowAsync<PostgresUnavailableException>(directory.AttachAsync)).Message;
            message.ShouldContain($"cannot enter {closed}, ");
            message.ShouldContain("PADRON_DATA_DIR");
            Directory.EnumerateFileSystemEntries(closed).ShouldBeEmpty();
        }
        else
        {
            // The server is ours then, and what is closed to others is open to it.
            await using var cluster = await directory.AttachAsync();
            (await ClusterDirectory.AskAsync(cluster, "select 1")).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_working_directory_that_the_servers_user_cannot_enter_does_no_harm()
    {
        await using var directory = new ClusterDirectory("data");
        var closed = Directory.CreateDirectory(Path.GetFullPath("../closed", directory.Path), OwnerOnly).FullName;

        using var process = await AttachedProcess.StartAsync(directory.Path, workingDirectory: closed);

        directory.Server.ShouldNotBeNull();
        await process.LeaveAsync();
        directory.Server.ShouldBeNull();
    }

    [Theory]
    [InlineData("a-path-longer-than-a-socket-can-have")]
    [InlineData("what Npgsql takes for two hosts, and a port: 5433")]
    [InlineData("quotes ' and \" and $HOME, `id`, \\ and Padrón")]
    public async Task Any_path_will_do(string name)
    {
        var path = name.StartsWith("a-path", StringComparison.Ordinal) ? string.Join('/', Enumerable.Repeat(name, 4)) : name;
        await using var directory = new ClusterDirectory(path);

        string sockets;
        await using (var cluster = await directory.AttachAsync())
        {
            sockets = new Npgsql.NpgsqlConnectionStringBuilder(cluster.ConnectionString).Host!;
            (await ClusterDirectory.AskAsync(cluster, "show data_directory")).ShouldBe(Path.Combine(directory.Path, "pg"));
        }

        if (!sockets.StartsWith(directory.Path, StringComparison.Ordinal))
            Directory.Exists(sockets).ShouldBeFalse(); // the one under the temporary directory goes with the server
    }

    [Fact]
    public async Task A_server_that_does_not_start_shows_the_end_of_its_log()
    {
        await using var directory = new ClusterDirectory();
        var options = TestCluster.Options(directory.Path) with { Settings = new Dictionary<string, string> { ["shared_buffers"] = "plenty" } };

        var message = (await Should.ThrowAsync<PostgresUnavailableException>(() => PrivateCluster.AttachAsync(options, CancellationToken.None))).Message;

        message.ShouldContain("did not start");
        message.ShouldContain("invalid value for parameter \"shared_buffers\"");

        await using var cluster = await directory.AttachAsync(); // and with other settings it starts
        (await ClusterDirectory.AskAsync(cluster, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Files_that_are_no_cluster_are_left_alone()
    {
        await using var directory = new ClusterDirectory();
        var theirs = Path.Combine(Directory.CreateDirectory(Path.Combine(directory.Path, "pg")).FullName, "thesis.txt");
        await File.WriteAllTextAsync(theirs, "the only copy");
        if (Environment.IsPrivilegedProcess)
            await GiveToNobodyAsync(Path.GetDirectoryName(theirs)!); // what belongs to root is refused for that reason already

        (await Should.ThrowAsync<PostgresUnavailableException>(directory.AttachAsync)).Message.ShouldContain("is not empty");
        (await File.ReadAllTextAsync(theirs)).ShouldBe("the only copy");
    }

    static async Task GiveToNobodyAsync(string directory)
    {
        using var chown = System.Diagnostics.Process.Start("chown", ["nobody", directory]);
        await chown.WaitForExitAsync();
        chown.ExitCode.ShouldBe(0);
    }
}
