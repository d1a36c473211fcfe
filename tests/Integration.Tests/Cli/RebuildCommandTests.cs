using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Projections;

namespace Padron.Integration.Tests.Cli;

/// <summary>Rebuilds as an operator gives them, and as a crash or Ctrl-C ends them.</summary>
public sealed class RebuildCommandTests : IAsyncLifetime, IDisposable
{
    readonly PadronDatabase database = new();
    PadronInstallation? installation;

    PadronInstallation Padron => installation!;

    public async Task InitializeAsync()
    {
        await database.InitializeAsync();
        await database.GivenVerifiedAsync(50);
        await database.CatchUpAsync();
        installation = PadronInstallation.Of(database);
    }

    public Task DisposeAsync() => database.DisposeAsync();

    public void Dispose() => installation?.Dispose();

    [Fact]
    public async Task A_difference_is_shown_and_mended_and_the_old_tables_come_back_and_go_again()
    {
        await database.ExecuteAsync("update read.contact_states set carrier = 'nobody' where id = (select min(id::text)::uuid from read.contact_states)");

        var shown = (await Padron.RunAsync("projections", "rebuild", "contacts", "--dry-run")).ShouldBeDone().StdOut;
        shown.ShouldContain("carrier");
        shown.ShouldContain("The live tables of 'contacts' stay");

        var rebuilt = (await Padron.RunAsync("projections", "rebuild", "contacts", "--verify", "--keep", "--json")).ShouldBeDone().Json;
        (rebuilt.GetProperty("swapped").GetBoolean(), rebuilt.GetProperty("kept").GetBoolean(), rebuilt.GetProperty("position").GetInt64()).ShouldBe((true, true, 100));
        rebuilt.GetProperty("differences").EnumerateArray().Sum(table => table.GetProperty("different").GetInt64()).ShouldBe(1);
        (await BrokenAsync()).ShouldBe(0);

        (await Padron.RunAsync("projections", "revert", "contacts")).ShouldBeDone().StdOut.ShouldContain("are back");
        (await BrokenAsync()).ShouldBe(1);
        (await Padron.RunAsync("projections", "rebuild", "contacts")).ShouldBeDone().StdOut.ShouldBe("'contacts' is rebuilt up to position 100.\n");
        (await Padron.RunAsync("projections", "revert", "contacts")).ShouldHaveFailed(1, "No tables of 'contacts' are kept");
        (await Padron.RunAsync("projections", "rebuild", "nothing")).ShouldHaveFailed(1, "There is no projection 'nothing'");
    }

    [Theory]
    [InlineData("while it begins", "lock table bulk.rebuilds in share mode")]
    [InlineData("between the first pass and the late events", "select pg_advisory_xact_lock(7)")]
    [InlineData("before the swap", "lock table read.contact_states in access share mode")]
    public async Task A_rebuild_that_is_killed_leaves_the_live_tables_and_the_next_begins_anew(string when, string hold)
    {
        var rows = await ContactTables.ReadAsync(database);
        await StopAfterFirstPassAsync();
        await using (await HoldAsync(hold))
        {
            using var killed = Padron.Start("projections", "rebuild", "contacts");
            await WaitForWaitingAsync(killed, when);
            await killed.KillAsync();
        }

        (await ContactTables.ReadAsync(database)).ShouldBe(rows);
        (await Padron.RunAsync("projections", "rebuild", "contacts", "--verify", "--json")).ShouldBeDone().Json.GetProperty("differences").EnumerateArray()
            .Sum(table => table.GetProperty("different").GetInt64() + table.GetProperty("onlyLive").GetInt64() + table.GetProperty("onlyRebuilt").GetInt64()).ShouldBe(0);
        (await ContactTables.ReadAsync(database)).ShouldBe(rows);
        (await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname ~ '^(rebuilding|replaced|previous)_'")).ShouldBe(0);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_with_a_sentence_and_nothing_is_left_of_it()
    {
        await using (await HoldAsync("lock table read.contact_states in access share mode"))
        {
            using var stopped = Padron.Start("projections", "rebuild", "contacts");
            await WaitForWaitingAsync(stopped, "before the swap");
            await stopped.InterruptAsync();
            (await stopped.EndAsync()).ShouldHaveFailed(1, "Stopped. The live tables of 'contacts' are as they were.");
        }

        (await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname ~ '^(rebuilding|replaced|previous)_'")).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(*) from bulk.rebuilds")).ShouldBe(0);
    }

    // Whoever has the lock keeps a rebuild from writing down that its first pass is done.
    Task StopAfterFirstPassAsync() => database.ExecuteAsync(
        """
        create function public.stop() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(7); return new; end $$;
        create trigger stop before insert on events.mt_event_progression for each row when (new.name = 'contacts:V2:All') execute function public.stop()
        """);

    Task<long> BrokenAsync() => database.ScalarAsync<long>("select count(*) from read.contact_states where carrier = 'nobody'");

    async Task<NpgsqlConnection> HoldAsync(string sql)
    {
        var connection = await database.DataSource.OpenConnectionAsync();
        await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    async Task WaitForWaitingAsync(PadronProcess rebuild, string when) => await Eventually.TrueAsync(
        async () =>
        {
            if (rebuild.HasExited)
                throw new InvalidOperationException($"The rebuild ended though it was held: {(await rebuild.EndAsync()).StdErr}");
            return await database.ScalarAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and application_name like 'padron %')");
        },
        when);
}
