using JasperFx;
using Marten;
using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.MartenExtensions;

/// <summary>A test with a database of its own that has the event store's tables and nothing else.</summary>
public abstract class EventStoreTest : IAsyncLifetime
{
    NpgsqlDataSource? dataSource;

    protected string ConnectionString { get; private set; } = "";

    protected NpgsqlDataSource DataSource => dataSource!;

    protected EventSessions Store => field ??= BoxJson.SessionsOver(DataSource);

    public virtual Task InitializeAsync() => OpenAsync("event_store", empty => BoxJson.StoreOver(empty, AutoCreate.CreateOrUpdate));

    /// <summary>Opens a copy of a database that has the schema of a store, and what else a test needs.</summary>
    protected async Task OpenAsync(string template, Func<NpgsqlDataSource, IDocumentStore> storeOver, string? furtherSql = null)
    {
        ConnectionString = await PostgresServer.CreateDatabaseAsync(await PostgresServer.TemplateAsync(template, async connectionString =>
        {
            await using var empty = NpgsqlDataSource.Create(connectionString);
            await new SchemaInstaller(empty).InstallAsync(SchemaScript.OfEventStore);
            using var marten = storeOver(empty);
            await marten.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
            if (furtherSql is null)
                return;
            await using var further = empty.CreateCommand(furtherSql);
            await further.ExecuteNonQueryAsync();
        }));
        dataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    public virtual async Task DisposeAsync()
    {
        Store.Dispose();
        await DataSource.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(ConnectionString);
    }

    protected static object[] Items(params string[] items) => [.. items.Select(item => new ItemPut(item))];

    protected Task<AppendResult> AppendAsync(Guid stream, long expectedVersion, params object[] events) =>
        Store.AppendAsync(stream, expectedVersion, events, EventMetadata.None);

    protected virtual Task<AppendManyResult> AppendManyAsync(params StreamAppend[] appends) => Store.AppendManyAsync(appends, EventMetadata.None);

    /// <summary>The items put into any box, in the order of their positions.</summary>
    protected async Task<string[]> ItemsAsync(long after = 0, long upTo = long.MaxValue) =>
        [.. (await Store.ReadAllAsync(after, upTo).ToArrayAsync()).Select(e => ((ItemPut)e.Data).Item)];

    /// <summary>The sequence as it stands: it differs as soon as a position was drawn.</summary>
    protected Task<string> SequenceAsync() => ScalarAsync<string>("select last_value || ' ' || is_called from events.mt_events_sequence");

    protected async Task<T> ScalarAsync<T>(string sql, params object[] parameters) => (T)(await RowsAsync(sql, parameters)).Single()[0]!;

    protected async Task<IReadOnlyList<object?[]>> RowsAsync(string sql, params object[] parameters)
    {
        await using var command = DataSource.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            rows.Add(row);
        }

        return rows;
    }

    protected Task ExecuteAsync(string sql, params object[] parameters) => RowsAsync(sql, parameters);

    /// <summary>
    /// More than the foreign key promises: every event's stream exists, its version is the number of its events,
    /// and they are numbered 1..n without a gap, in the order of their positions.
    /// </summary>
    protected async Task StreamsShouldBeWholeAsync() =>
        (await RowsAsync(
            """
            with events as (
                select stream_id, version, row_number() over (partition by stream_id order by seq_id) as place from events.mt_events
            ), counted as (
                select stream_id, count(*) as events, count(*) filter (where version <> place) as misplaced from events group by stream_id
            )
            select coalesce(s.id, c.stream_id)::text, s.version, c.events, c.misplaced
              from counted c full join events.mt_streams s on s.id = c.stream_id
             where s.version is distinct from 0 and (s.id is null or c.stream_id is null or s.version is distinct from c.events or c.misplaced > 0) -- Marten makes a stream for the tombstones of failed appends
            """)).Select(row => string.Join(' ', row)).ShouldBeEmpty();
}
