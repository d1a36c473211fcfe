using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using JasperFx;
using Marten;
using Padron.Application;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Projections;
using Padron.MartenExtensions;
using Padron.Projections;

namespace Padron.Integration.Tests.MartenExtensions;

/// <summary>The register as Marten sees it: nothing to change in its tables, and the same JSON whoever writes an event.</summary>
public sealed class RegisterStoreTests(PadronDatabase database) : IClassFixture<PadronDatabase>
{
    /// <summary>Of the tables and functions that Marten wants for our settings. It changes with Marten's version or with <see cref="MartenSettings"/>.</summary>
    const string Wanted = "5c0d27e0c86ac57a5f46c4a4d31e4734c6311abb145847554959385f55b8bc33";

    [Fact]
    public async Task Marten_finds_nothing_to_change_in_a_register()
    {
        using var store = Open();

        await store.Storage.Database.AssertDatabaseMatchesConfigurationAsync();
        (await MartenSchema.MissingAsync(store, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public void What_Marten_wants_changes_with_the_version_of_its_marker_only()
    {
        using var store = Open();

        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store.Storage.ToDatabaseScript())))
            .ShouldBe(Wanted, "Registers in use get it only with the next version of MartenSchema.Marker: raise that, and then note this.");
    }

    [Fact]
    public async Task Marten_writes_every_event_as_the_set_based_append_did()
    {
        await new RandomLives(database, seed: 1).AppendAnyAsync(contacts: 200, events: 2_000, () => Task.CompletedTask);
        using var store = Open();
        await using var session = store.QuerySession();
        var written = (await session.Events.QueryAllRawEvents().ToListAsync()).Select(stored => (stored.Sequence, Json: store.Options.Serializer().ToJson(stored.Data))).ToArray();

        written.Length.ShouldBeGreaterThan(2_000);
        await using var command = database.DataSource.CreateCommand("select seq_id, data::text from events.mt_events");
        await using var reader = await command.ExecuteReaderAsync();
        var stored = new Dictionary<long, string>();
        while (await reader.ReadAsync())
            stored.Add(reader.GetInt64(0), reader.GetString(1));
        written.Where(one => !JsonNode.DeepEquals(JsonNode.Parse(one.Json), JsonNode.Parse(stored[one.Sequence]))).Select(one => one.Json).ShouldBeEmpty();
    }

    DocumentStore Open() => RegisterStore.Open(database.DataSource, ReadModels.With(RegisterStore.MostPoisonedStreams), AutoCreate.CreateOrUpdate);
}
