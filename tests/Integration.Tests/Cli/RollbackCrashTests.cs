using Xunit.Abstractions;

namespace Padron.Integration.Tests.Cli;

/// <summary>
/// Rollbacks over a private server that are killed, the program or the server, inside a batch and at random moments: done again, they leave a register that
/// takes the same file as it did at first. <c>make soak</c> runs the random ones in earnest.
/// </summary>
public sealed class RollbackCrashTests(ITestOutputHelper output) : CrashTest(Rows)
{
    static readonly int Rows = Setting("PADRON_SOAK_ROWS", 5_000);
    static readonly int Kills = Setting("PADRON_SOAK_KILLS", 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rollback_that_is_killed_is_done_again_and_the_file_gives_the_first_result(bool program)
    {
        var import = await ImportAsync();
        await using (await Cluster.AttachAsync()) // who holds a row must be there before the program, which is done with them in a moment
        {
            // The counts are the last that a batch changes: by then it has removed streams, events and read rows.
            await using var held = await HoldAsync("select from read.contact_counts for update");
            using var killed = Padron.Start("imports", "rollback", import);
            await WaitForWaitingAsync(killed, "a batch stands still before its commit");
            await (program ? killed.KillAsync() : Cluster.KillServerAsync());
            if (!program)
                (await killed.EndAsync()).ExitCode.ShouldBe(3);
        }

        await ShouldGiveTheFirstResultAsync(import, await Padron.RunAsync("imports", "rollback", import, "--json"));
    }

    [Fact]
    public async Task Killed_at_random_moments_it_is_done_again_and_the_file_gives_the_first_result()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var import = await ImportAsync();
        ProcessEnd? end = null;
        var kills = 0;
        for (; kills < Kills; kills++)
        {
            using var rollback = Padron.Start("imports", "rollback", import, "--json");
            await Task.Delay(random.Next(1_500 + (Rows / 100)), CancellationToken.None); // the moment is what is random here; nothing is waited for
            if (rollback.HasExited)
            {
                end = await rollback.EndAsync();
                break;
            }

            if (random.Next(3) > 0 || !await Cluster.TryKillServerAsync())
                await rollback.KillAsync();
        }

        output.WriteLine($"{kills} kills, seed {seed}");
        end ??= await Padron.RunAsync("imports", "rollback", import, "--json");
        end.ExitCode.ShouldBe(0, $"seed {seed}: {end.StdErr}");
        await ShouldGiveTheFirstResultAsync(import, end);
    }

    async Task<string> ImportAsync()
    {
        var imported = (await Padron.RunAsync("import", File, "--json")).ShouldBeDone();
        ShouldBeTheTruth(imported);
        return imported.Json.GetProperty("importId").GetString()!;
    }

    async Task ShouldGiveTheFirstResultAsync(string import, ProcessEnd rolledBack)
    {
        rolledBack.ShouldBeDone();
        (await Padron.RunAsync("imports", "show", import, "--json")).ShouldBeDone().Json.GetProperty("status").GetString().ShouldBe("ROLLED_BACK");
        ShouldBeTheTruth((await Padron.RunAsync("import", File, "--json")).ShouldBeDone());
        await ShouldBeAsIfLeftAloneAsync();
    }
}
