using Marten;
using Npgsql;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Upgrades;

/// <summary>A database in which another application keeps its events, under the names that ours have.</summary>
public sealed class ForeignStoreTests
{
    [Fact]
    public async Task It_is_refused_with_what_to_do_and_stays_as_it_was()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        var order = Guid.CreateVersion7();
        using var store = DocumentStore.For(options =>
        {
            options.Connection(connectionString);
            options.Events.DatabaseSchemaName = MartenSettings.Schema;
        });
        await using (var session = store.LightweightSession())
        {
            session.Events.StartStream(order, new OrderPlaced("a book"));
            await session.SaveChangesAsync();
        }

        using var padron = new PadronInstallation(connectionString);
        padron.WriteKey(first: 1);
        var refused = await padron.RunAsync("init");

        refused.ShouldHaveFailed(1, "another application");
        refused.StdErr.ShouldContain("PADRON_DATABASE");
        await using (var session = store.QuerySession())
            (await session.Events.FetchStreamAsync(order)).ShouldHaveSingleItem().Data.ShouldBe(new OrderPlaced("a book"));
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var made = dataSource.CreateCommand("select count(*) from pg_namespace where nspname in ('padron', 'read', 'bulk')");
        (await made.ExecuteScalarAsync()).ShouldBe(0L);
    }

    sealed record OrderPlaced(string What);
}
