using System.Text.Json;
using Padron.Integration.Tests.Fixture;
using Xunit.Abstractions;

namespace Padron.Integration.Tests.Cli;

/// <summary>
/// Initial loads over a private server that are killed, the program or the server, at named moments and at random ones: resumed, they end as one that was
/// left alone, and the server's settings are as they were. <c>make soak</c> runs the random ones in earnest.
/// </summary>
public sealed class LoadCrashTests(ITestOutputHelper output) : CrashTest(Rows)
{
    const string NothingToResume = "leave out --resume"; // it was killed before it had begun, or after its end

    static readonly int Rows = Setting("PADRON_SOAK_ROWS", 30_000);
    static readonly int Kills = Setting("PADRON_SOAK_KILLS", 3);

    [Theory]
    [InlineData("between COPY and commit", "select from padron.import_checkpoints for update", true)]
    [InlineData("between COPY and commit", "select from padron.import_checkpoints for update", false)]
    [InlineData("while indexes are built", "lock table loading.contact_states in row exclusive mode", true)]
    [InlineData("while indexes are built", "lock table loading.contact_states in row exclusive mode", false)]
    [InlineData("before the exchange", "lock table events.mt_streams in access share mode", true)]
    [InlineData("before the exchange", "lock table events.mt_streams in access share mode", false)]
    public async Task A_load_that_is_killed_goes_on_and_ends_as_one_that_was_left_alone(string when, string hold, bool program)
    {
        using (var killed = Padron.Start("import", File))
        {
            await using var held = await HoldAsync(killed, hold);
            await WaitForWaitingAsync(killed, when);
            await (program ? killed.KillAsync() : Cluster.KillServerAsync());
            if (!program)
                (await killed.EndAsync()).ExitCode.ShouldBe(3);
        }

        ShouldBeTheTruth((await Padron.RunAsync("import", File, "--resume", "--json")).ShouldBeDone());
        await ShouldBeAsIfLeftAloneAsync();
    }

    [Fact]
    public async Task Whoever_looks_sees_that_it_is_worked_on_and_when_it_was_killed_that_nobody_works_on_it()
    {
        using var killed = Padron.Start("import", File);
        await using (await HoldAsync(killed, "select from padron.import_checkpoints for update"))
        {
            var (activity, told) = await ShowAsync();
            activity.ShouldBe("working");
            told.GetProperty("memoryBytes").GetInt64().ShouldBePositive();
            told.GetProperty("diskFreeBytes").GetInt64().ShouldBePositive();
            await killed.KillAsync();
        }

        // To the projection it is RUNNING, for the dead say nothing; and the server may take a moment to notice.
        await Eventually.TrueAsync(async () => await ShowAsync() is ("stopped", _), "its death was noticed");
        (await Padron.RunAsync("imports", "list")).ShouldBeDone().StdOut.ShouldContain("RUNNING");
    }

    [Fact]
    public async Task Killed_at_random_moments_it_ends_as_one_that_was_left_alone()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var kills = 0;
        string[] resume = [];
        while (kills < Kills)
        {
            using var import = Padron.Start(["import", File, "--json", .. resume]);
            await Task.Delay(random.Next(1_000 + (Rows / 40)), CancellationToken.None); // the moment is what is random here; nothing is waited for
            if (import.HasExited)
            {
                var end = await import.EndAsync();
                if (end.ExitCode == 0)
                    break;
                end.StdErr.ShouldContain(NothingToResume, Case.Sensitive, $"seed {seed}");
                if (await FindAsync() is not null)
                    break;
                resume = [];
                continue;
            }

            if (random.Next(3) > 0 || !await Cluster.TryKillServerAsync())
                await import.KillAsync();
            kills++;
            resume = ["--resume"];
        }

        output.WriteLine($"{kills} kills, seed {seed}");
        var last = await Padron.RunAsync("import", File, "--resume");
        if (last.ExitCode != 0)
        {
            last.StdErr.ShouldContain(NothingToResume, Case.Sensitive, $"seed {seed}");
            if (await FindAsync() is null)
                (await Padron.RunAsync("import", File)).ShouldBeDone();
        }

        var done = (await FindAsync()).ShouldNotBeNull();
        done.GetProperty("status").GetString().ShouldBe("COMPLETED", $"seed {seed}");
        ShouldBeTheTruth(done);
        await ShouldBeAsIfLeftAloneAsync();
    }

    /// <returns>The one import; null when none has begun.</returns>
    async Task<JsonElement?> FindAsync() =>
        (await Padron.RunAsync("imports", "list", "--json")).ShouldBeDone().Json.EnumerateArray().ToArray() is [var import] ? import : null;

    async Task<(string Activity, JsonElement Told)> ShowAsync()
    {
        var id = (await FindAsync())!.Value.GetProperty("id").GetString()!;
        var progress = (await Padron.RunAsync("imports", "show", id, "--json")).ShouldBeDone().Json.GetProperty("progress");
        return (progress.GetProperty("activity").GetString()!, progress.TryGetProperty("told", out var told) ? told : default);
    }
}
