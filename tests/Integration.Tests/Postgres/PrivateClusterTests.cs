namespace Padron.Integration.Tests.Postgres;

/// <summary>Who starts the server, who finds it and who stops it.</summary>
public sealed class PrivateClusterTests
{
    [Fact]
    public async Task It_is_UTF8_in_C_order_reached_by_its_socket_alone()
    {
        await using var directory = new ClusterDirectory();
        await using var cluster = await directory.AttachAsync();

        (await ClusterDirectory.AskAsync(cluster, "select current_database() || ' ' || current_user")).ShouldBe("padron padron");
        (await ClusterDirectory.AskAsync(cluster, "show server_encoding")).ShouldBe("UTF8");
        (await ClusterDirectory.AskAsync(cluster, "select datcollate from pg_database where datname = 'padron'")).ShouldBe("C");
        (await ClusterDirectory.AskAsync(cluster, "show listen_addresses")).ShouldBe("");
        (await ClusterDirectory.AskAsync(cluster, "show fsync")).ShouldBe("off"); // the options' settings are stronger than the defaults
        (await ClusterDirectory.AskAsync(cluster, "show jit")).ShouldBe("off"); // and the defaults than postgresql.conf
        File.GetUnixFileMode(Path.Combine(directory.Path, "run")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_second_attach_shares_the_server_and_the_last_one_out_stops_it()
    {
        await using var directory = new ClusterDirectory();
        var first = await directory.AttachAsync();
        var server = directory.Server;
        var second = await directory.AttachAsync();

        second.ConnectionString.ShouldBe(first.ConnectionString);
        directory.Server.ShouldBe(server);

        await first.DisposeAsync();
        (await ClusterDirectory.AskAsync(second, "select 1")).ShouldBe(1);
        await first.DisposeAsync(); // twice is once

        await second.DisposeAsync();
        directory.Server.ShouldBeNull();
    }

    [Fact]
    public async Task Another_process_shares_it_too()
    {
        await using var directory = new ClusterDirectory();
        using var other = await AttachedProcess.StartAsync(directory.Path);
        var server = directory.Server;

        var ours = await directory.AttachAsync();
        directory.Server.ShouldBe(server);
        await ours.DisposeAsync();
        directory.Server.ShouldBe(server);

        await other.LeaveAsync();
        directory.Server.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_written_is_there_after_the_server_stopped()
    {
        await using var directory = new ClusterDirectory();
        await using (var before = await directory.AttachAsync())
            await ClusterDirectory.AskAsync(before, "create table kept as select 7 as seven");

        await using var after = await directory.AttachAsync();
        (await ClusterDirectory.AskAsync(after, "select seven from kept")).ShouldBe(7);
    }

    [Fact]
    public async Task Two_that_race_to_make_it_get_one_server()
    {
        await using var directory = new ClusterDirectory();

        var both = await Task.WhenAll(Task.Run(directory.AttachAsync), Task.Run(directory.AttachAsync));

        var started = await Task.WhenAll(both.Select(cluster => ClusterDirectory.AskAsync(cluster, "select pg_postmaster_start_time()::text")));
        started.Distinct().ShouldHaveSingleItem();
        foreach (var cluster in both)
            await cluster.DisposeAsync();
        directory.Server.ShouldBeNull();
    }
}
