using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Imports;
using Padron.MartenExtensions.Bulk;
using Padron.MartenExtensions.Daemon;
using Padron.Projections.Contacts;
using Padron.Projections.Rebuilds;

namespace Padron.Integration.Tests.Projections;

/// <summary>The upgrade that renames <c>segment_counts</c> and its history to <c>contact_counts</c> (schema script 0017), of registers in every state.</summary>
public sealed class ContactCountsUpgradeTests : IAsyncLifetime
{
    const int Contacts = 20;

    static readonly SqlProjection Now = ContactsProjection.Definition;

    /// <summary>The projection as it was.</summary>
    static readonly SqlProjection Before = new(Now.Name, [.. Now.Tables.Select(Old)], [.. Now.Statements.Select(Old)])
    {
        PageEnd = Old(Now.PageEnd!),
        PageStart = Old(Now.PageStart!),
    };

    readonly PadronDatabase database = PadronDatabase.OfReadSchema(16);

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Nothing_changes_but_the_names()
    {
        await new RandomLives(database, 3).AppendDecidedAsync(contacts: 30, events: 120, CatchUpBeforeAsync);
        var shape = await RegisterRows.ShapeAsync(database.ConnectionString);
        var rows = await database.RowsAsync("select * from read.contacts_by_state");

        await database.UpgradeAsync();

        (await RegisterRows.ShapeAsync(database.ConnectionString)).ShouldBe(shape.Select(NameNow), ignoreOrder: true);
        (await database.RowsAsync("select * from read.contacts_by_state")).ShouldBe(rows);
        await ShouldBeExactAsync();
        (await ContactTables.CountsAsync(database, "select * from read.contact_counts_as_of(60)"))
            .ShouldBe((await ExpectedContacts.FoldAsync(database, 60)).Counts, ignoreOrder: true);
        await NoOldNameShouldBeLeftAsync();
    }

    [Fact]
    public async Task Tables_that_a_rebuild_has_kept_come_back_after_it_and_what_a_killed_one_left_is_in_nobodys_way()
    {
        await database.GivenVerifiedAsync(Contacts);
        await CatchUpBeforeAsync();
        await new ProjectionRebuild(database.DataSource, database.CatchUp, TimeProvider.System) { UsesFreshFold = false }.RunAsync(Before, new(Keep: true));
        await database.ExecuteAsync("update previous_contacts.contact_states set carrier = 'kept'");
        await LeaveARebuildAsync();

        await database.UpgradeAsync();
        await NoOldNameShouldBeLeftAsync();
        await database.GivenVerifiedAsync(3, firstNational: 5520000000);

        await database.Rebuild.RevertAsync(Now);
        (await database.ScalarAsync<long>("select count(*) from read.contact_states where carrier = 'kept'")).ShouldBe(Contacts);
        (await database.ScalarAsync<long>("select sum(contacts)::bigint from read.contact_counts")).ShouldBe(Contacts + 3);
        await database.Rebuild.RevertAsync(Now);
        await ShouldBeExactAsync();

        (await database.Rebuild.RunAsync(Now)).Swapped.ShouldBeTrue();
        await ShouldBeExactAsync();
        (await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname ~ '^(rebuilding|replaced|previous)_'")).ShouldBe(0);
    }

    [Fact]
    public async Task An_initial_load_that_was_interrupted_goes_on_after_it()
    {
        using var sample = new ContactFile();
        for (var row = 0; row < 60; row++)
            sample.Add($"55 1234 56{row:00}");
        await database.ImportUntilAsync(sample.Path, rows: 20, batchSize: 10);

        await database.UpgradeAsync();

        (await database.ImportAsync(sample.Path, resume: true)).Tally.Imported.ShouldBe(60);
        await ShouldBeExactAsync();
    }

    async Task CatchUpBeforeAsync() => (await database.CatchUp.RunAsync(Before, TimeSpan.FromSeconds(30))).ShouldBeTrue();

    async Task LeaveARebuildAsync()
    {
        var left = new ShadowTables(Before.Tables, later: [], "rebuilding_contacts");
        await using (var connection = await database.DataSource.OpenConnectionAsync())
            await left.CreateAsync(connection, CancellationToken.None);
        await left.IndexUniqueAsync(database.DataSource, progress: null, CancellationToken.None);
    }

    async Task ShouldBeExactAsync()
    {
        await database.CatchUpAsync();
        (await ContactTables.ReadAsync(database)).ShouldBe(await ExpectedContacts.FoldAsync(database));
    }

    async Task NoOldNameShouldBeLeftAsync() => (await database.RowsAsync(
        """
        select relname::text as name from pg_class where relname ~ '^segment_'
        union all select conname::text from pg_constraint where conname ~ '^segment_'
        union all select proname::text from pg_proc where proname ~ '^segment'
        union all select description from pg_description where description ~ 'segment_(counts|history|days)'
        """)).ShouldBeEmpty();

    static string Old(string sql) => sql
        .Replace("contact_counts", "segment_counts", StringComparison.Ordinal)
        .Replace("contact_count_history", "segment_history", StringComparison.Ordinal)
        .Replace("contact_count_days", "segment_days", StringComparison.Ordinal);

    static string NameNow(string line) => line
        .Replace("segment_counts", "contact_counts", StringComparison.Ordinal)
        .Replace("segment_history", "contact_count_history", StringComparison.Ordinal)
        .Replace("segment_days", "contact_count_days", StringComparison.Ordinal);
}
