using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.Projections;

namespace Padron.Integration.Tests.Projections;

/// <summary>Who may write a projection, and when another takes over. Real processes are killed and frozen in <see cref="LostLeadersTests"/>.</summary>
public sealed class ProjectionLeaderTests : IAsyncLifetime
{
    static readonly Projection Nothing = new("nothing", [], []);

    readonly PadronDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_leader_that_gives_no_sign_of_life_is_replaced_and_learns_it()
    {
        await using var silent = await LeadAsync();
        await using (await SilenceAsync())
            await Eventually.TrueAsync(async () => await IsRefusedAsync() && !await AnswersAsync(silent), "the silent leader's session was ended");

        await using var next = await LeadAsync();
        (await AnswersAsync(next)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_leader_whose_statement_takes_long_is_not_taken_for_dead()
    {
        await using var leader = await LeadAsync();
        await using var page = new NpgsqlCommand("select pg_sleep(4)", leader.Connection); // longer than a silence
        var running = page.ExecuteNonQueryAsync();

        while (!running.IsCompleted)
            (await IsRefusedAsync()).ShouldBeTrue();

        await running;
        (await AnswersAsync(leader)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_ends_a_load_or_rollback_that_holds_the_lock_however_silent_it_is()
    {
        await (await LeadAsync()).DisposeAsync(); // so that there is a sign of life, of the very session that the pool may give again
        await using var load = await ProjectionLeader.TryAsync(database.DataSource, Nothing);
        await database.ExecuteAsync("update projections.activity set beaten_at = now() - interval '1 hour'");

        (await IsRefusedAsync()).ShouldBeTrue();

        (await AnswersAsync(load!)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_session_of_a_former_leader_that_does_something_else_is_left_alone()
    {
        await using var other = await database.DataSource.OpenConnectionAsync();
        await using (var leader = await LeadAsync())
        {
            await database.ExecuteAsync(
                """
                update projections.activity set beaten_at = now() - interval '1 hour', pid = $1, backend_start = (select backend_start from pg_stat_activity where pid = $1)
                """,
                other.ProcessID);
            (await IsRefusedAsync()).ShouldBeTrue();
        }

        await using var command = new NpgsqlCommand("select 1", other);
        (await command.ExecuteScalarAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Who_leads_and_since_when_is_known_until_it_lets_go()
    {
        var daemon = new ProjectionDaemon(database.DataSource, TimeProvider.System) { Projections = [Nothing] };
        await using (await LeadAsync())
        {
            var led = (await daemon.StatusAsync()).ShouldHaveSingleItem();
            (led.IsLed, led.Leader).ShouldBe((true, $"{Environment.MachineName}/{Environment.ProcessId}"));
            led.LedSince.ShouldNotBeNull();
        }

        var free = (await daemon.StatusAsync()).ShouldHaveSingleItem();
        (free.IsLed, free.Leader, free.LedSince).ShouldBe((false, null, null));

        await using var load = await ProjectionLeader.TryAsync(database.DataSource, Nothing);
        (await daemon.StatusAsync()).ShouldHaveSingleItem().IsLed.ShouldBeTrue("somebody writes it, though it is no daemon");
    }

    async Task<ProjectionLeader> LeadAsync()
    {
        ProjectionLeader? leader = null;
        await Eventually.TrueAsync(async () => (leader = await ProjectionLeader.LeadAsync(database.DataSource, Nothing)) is not null, "the lead was free");
        return leader!;
    }

    // One that takes the lead after all would let go at once, and the test would go on seeing that the first one has it.
    async Task<bool> IsRefusedAsync()
    {
        await using var challenger = await ProjectionLeader.LeadAsync(database.DataSource, Nothing);
        return challenger is null;
    }

    static async Task<bool> AnswersAsync(ProjectionLeader leader)
    {
        try
        {
            await using var command = new NpgsqlCommand("select 1", leader.Connection);
            return await command.ExecuteScalarAsync() is 1;
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException)
        {
            return false;
        }
    }

    // Signs of life wait for this lock, as they would for a process that is frozen.
    async Task<NpgsqlTransaction> SilenceAsync()
    {
        var connection = await database.DataSource.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select from projections.activity for update", connection);
        await command.ExecuteNonQueryAsync();
        return transaction;
    }
}
