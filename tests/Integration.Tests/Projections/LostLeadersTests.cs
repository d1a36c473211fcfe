using System.Diagnostics;
using System.Globalization;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;
using Padron.Projections.Contacts;
using Xunit.Abstractions;

namespace Padron.Integration.Tests.Projections;

/// <summary>
/// Several processes that project, while contacts live their lives; whichever leads is killed or frozen, inside a page or at a random moment, and woken later. Another
/// one takes over, and the read models come to the fold of the streams. <c>make soak</c> does it in earnest, and asks for five seconds.
/// </summary>
public sealed class LostLeadersTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    const int Processes = 3;

    static readonly int Losses = int.TryParse(Environment.GetEnvironmentVariable("PADRON_SOAK_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 6;

    // On a machine that other tests share, only what is broken takes a minute; the promise is kept on one that has time to spare.
    static readonly bool IsSoak = Environment.GetEnvironmentVariable("PADRON_SOAK_KILLS") is not null;
    static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);

    readonly PadronDatabase database = new();
    readonly List<PadronProcess> running = [];
    readonly HashSet<PadronProcess> frozen = [];
    readonly int seed = Environment.TickCount;
    PadronInstallation? installation;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        installation = PadronInstallation.Of(database);
        installation.Environment["PADRON_DATABASE_POOL_MIN"] = "0"; // the server is shared with other tests
        for (var i = 0; i < Processes; i++)
            StartOne();
    }

    public async Task DisposeAsync()
    {
        Dispose();
        await database.DisposeAsync();
    }

    public void Dispose()
    {
        running.ForEach(process => process.Dispose());
        running.Clear();
        installation?.Dispose();
        installation = null;
    }

    [Fact]
    public async Task Killed_at_random_moments_or_frozen_leaders_are_replaced_and_the_read_models_are_the_fold_of_the_streams()
    {
        var random = new Random(seed);
        using var enough = new CancellationTokenSource();
        var living = LiveAsync(enough.Token);
        await ReachAsync(1, "the processes project");
        var slowest = TimeSpan.Zero;
        for (var loss = 0; loss < Losses; loss++)
        {
            var isKill = random.Next(2) == 0;
            var lost = random.Next(3) > 0 ? await InsideAPageAsync(process => LoseAsync(process, isKill)) : await AtAnyMomentAsync(random, isKill);
            var since = Stopwatch.GetTimestamp();
            await ReachAsync(await LastAsync(), $"another took over from a process that was {(isKill ? "killed" : "frozen")}, seed {seed}");
            var took = Stopwatch.GetElapsedTime(since);
            slowest = took > slowest ? took : slowest;
            if (isKill)
                StartOne();
            else if (random.Next(2) == 0 || frozen.Count == Processes - 1)
                await ThawAsync(lost);
        }

        await enough.CancelAsync();
        await living;
        foreach (var process in frozen.ToArray())
            await ThawAsync(process);
        output.WriteLine($"{Losses} kills, seed {seed}; the slowest replacement took {slowest.TotalSeconds:0.0} s");

        await ReachAsync(await LastAsync(), $"all is projected, seed {seed}");
        (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));
        running.ShouldAllBe(process => !process.HasExited, $"who was frozen goes on, seed {seed}");
        if (IsSoak)
            slowest.ShouldBeLessThan(Promise, $"seed {seed}");
    }

    // Lives of people, a few hundred at a time, until it is enough.
    async Task LiveAsync(CancellationToken enough)
    {
        var lives = new RandomLives(database, seed);
        try
        {
            await lives.AppendDecidedAsync(contacts: 400, events: int.MaxValue, () => Task.Delay(TimeSpan.FromMilliseconds(20), enough)); // a load, not a wait
        }
        catch (OperationCanceledException)
        {
            // It is enough.
        }
    }

    // The counts are the last that a page changes: whoever leads stands still there until the hold ends.
    async Task<PadronProcess> InsideAPageAsync(Func<PadronProcess, Task> loseAsync)
    {
        PadronProcess? leader = null;
        await using (var hold = await Hold.TableAsync(database, "read.contact_counts", "exclusive"))
        {
            await hold.WaitedForAsync(database, words: ""); // whatever it says: the statement is longer than what the server shows of it
            await Eventually.TrueAsync(async () => (leader = await LeaderAsync()) is not null, "somebody leads");
            await loseAsync(leader!);
        }

        return leader!;
    }

    async Task<PadronProcess> AtAnyMomentAsync(Random random, bool isKill)
    {
        await Task.Delay(random.Next(500), CancellationToken.None); // the moment is what is random here; nothing is waited for
        var awake = running.Except(frozen).ToArray();
        var one = awake[random.Next(awake.Length)];
        await LoseAsync(one, isKill);
        return one;
    }

    async Task LoseAsync(PadronProcess process, bool isKill)
    {
        if (isKill)
        {
            await process.KillAsync();
            running.Remove(process);
            process.Dispose();
        }
        else
        {
            await process.FreezeAsync();
            frozen.Add(process);
        }
    }

    async Task ThawAsync(PadronProcess process)
    {
        await process.ThawAsync();
        frozen.Remove(process);
    }

    async Task<PadronProcess?> LeaderAsync()
    {
        var status = (await database.Statuses.ReadAsync()).Single(row => row.Name == ContactsProjection.Definition.Name);
        return running.Find(process => status.Leader?.Contains($"/{process.Id} ", StringComparison.Ordinal) is true);
    }

    Task ReachAsync(long position, string what) => Eventually.TrueAsync(
        async () => await database.ScalarAsync<long>("select coalesce(max(last_seq_id), 0) from events.mt_event_progression where name = 'contacts:All'") >= position, what);

    Task<long> LastAsync() => database.ScalarAsync<long>("select max(seq_id) from events.mt_events");

    void StartOne() => running.Add(installation!.Start("serve", "--urls", "http://127.0.0.1:0", "--without", "http,worker"));
}
