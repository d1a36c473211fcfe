using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.MartenExtensions;

/// <summary>The server ends every session now and then, as a failover would: appends go on and nothing is doubled.</summary>
public sealed class LostConnectionsTests : EventStoreTest
{
    const int Writers = 8;
    const int Kills = 15;
    const int AppendsBetweenKills = 20;

    [Fact]
    public async Task Appends_whose_connections_are_killed_are_done_once_or_reported_as_conflicts()
    {
        var (appended, done) = (0, false);
        var writers = Enumerable.Range(0, Writers)
            .Select(writer => Task.Run(() => WriteAsync(writer, () => Interlocked.Increment(ref appended), () => Volatile.Read(ref done))))
            .ToArray();

        var victims = 0L;
        for (var kill = 0; kill < Kills; kill++)
        {
            var goal = Volatile.Read(ref appended) + AppendsBetweenKills;
            await Eventually.TrueAsync(
                () => Task.FromResult(Volatile.Read(ref appended) >= goal || writers.Any(writer => writer.IsFaulted)),
                $"{AppendsBetweenKills} appends came through after a kill");
            victims += await KillAllAsync();
        }

        Volatile.Write(ref done, true);
        await Task.WhenAll(writers);

        victims.ShouldBeGreaterThan(Kills); // or nothing was tried
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task A_transaction_whose_connection_is_killed_before_its_commit_runs_again_as_a_whole()
    {
        var (box, runs) = (Guid.CreateVersion7(), 0);
        var result = await Store.TransactAsync(async (session, ct) =>
        {
            var appended = await session.AppendAsync(new(box, 0, Items("a")), ct);
            if (++runs == 1)
                await KillAllAsync();
            return appended;
        });

        runs.ShouldBe(2);
        result.ShouldBe(new AppendResult.Appended(Position: 2, Version: 1));
        (await ItemsAsync()).ShouldBe(["a"]);
        await StreamsShouldBeWholeAsync();
    }

    [Fact]
    public async Task Reading_goes_on_over_killed_connections()
    {
        var box = Guid.CreateVersion7();
        await AppendAsync(box, 0, Items("a"));
        var mark = new ExactHighWaterDetector(DataSource);
        await mark.AdvanceAsync();

        await KillAllAsync();
        (await Store.ReadStreamAsync(box)).Count.ShouldBe(1);
        await KillAllAsync();
        (await mark.AdvanceAsync()).ShouldBe(1);
    }

    // One writer a stream. It believes what it is told: what was appended is not written again, and after a conflict it looks.
    async Task WriteAsync(int writer, Action appended, Func<bool> isDone)
    {
        var stream = Guid.CreateVersion7();
        var written = new List<string>();
        while (!isDone())
        {
            var item = $"{writer}/{written.Count}";
            switch (await AppendAsync(stream, written.Count, Items(item)))
            {
                case AppendResult.Appended success:
                    success.Version.ShouldBe(written.Count + 1);
                    break;
                default:
                    // Nobody else writes here: the commit was done and only its answer was lost.
                    (await Store.ReadStreamAsync(stream)).Skip(written.Count).Select(e => ((ItemPut)e.Data).Item).ShouldBe([item]);
                    break;
            }

            written.Add(item);
            appended();
        }

        (await Store.ReadStreamAsync(stream)).Select(e => ((ItemPut)e.Data).Item).ShouldBe(written);
    }

    /// <returns>How many sessions there were to end.</returns>
    async Task<long> KillAllAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            select count(*) filter (where pg_terminate_backend(pid))
              from pg_stat_activity
             where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
            """,
            connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
