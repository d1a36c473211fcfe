using JasperFx;
using JasperFx.Events.Projections;
using Marten;
using Npgsql;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;
using Padron.MartenExtensions.Daemon;

namespace Padron.Integration.Tests.MartenExtensions.Daemon;

/// <summary>A test over Marten's own tables, with boxes whose events a projection counts by stream.</summary>
public abstract class DaemonTest : EventStoreTest
{
    /// <summary>Notes each stream's last version and the number of its events, and whether they came in order. A position in <c>poison</c> can't be applied.</summary>
    const string BoxesSql = """
        insert into public.boxes as b (stream_id, version, events)
        select stream_id, max(version / (case when seq_id = any (select position from public.poison) then 0 else 1 end)), count(*)
          from events.mt_events where seq_id > $1 and seq_id <= $2 group by stream_id
            on conflict (stream_id) do update set version = excluded.version, events = b.events + excluded.events,
            in_order = b.in_order and b.version < excluded.version
        """;

    const string TablesSql = """
        create table public.boxes (stream_id uuid primary key, version bigint, events bigint, in_order boolean not null default true);
        create table public.poison (position bigint);
        """;

    readonly List<IDocumentStore> stores = [];

    internal static SqlProjection Boxes { get; } = new("boxes", ["public.boxes"], [BoxesSql]);

    protected static SqlProjection Projection(int pageSize = 50_000, int mostPoisoned = 100, bool isFenced = true) =>
        new("boxes", ["public.boxes"], [BoxesSql]) { PageSize = pageSize, MostPoisonedStreams = mostPoisoned, IsFenced = isFenced };

    public override Task InitializeAsync() => OpenAsync("daemon", dataSource => NewStore(dataSource.ConnectionString, AutoCreate.CreateOrUpdate, Boxes), TablesSql);

    public override async Task DisposeAsync()
    {
        stores.ForEach(store => store.Dispose());
        await base.DisposeAsync();
    }

    /// <summary>As a process configures one, with a name of its own for its sessions.</summary>
    internal static IDocumentStore NewStore(string connectionString, AutoCreate create, params SqlProjection[] projections) => DocumentStore.For(options =>
    {
        Configure(options, connectionString, projections);
        options.AutoCreateSchemaObjects = create;
    });

    internal static void Configure(StoreOptions options, string connectionString, params SqlProjection[] projections)
    {
        MartenSettings.ApplyTo(options, BoxJson.Default.Options);
        options.Events.AddEventTypes([typeof(BoxOpened), typeof(ItemPut), typeof(BoxSealed)]);
        options.Connection(new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = LeaderWatch.NewProcessName("test") }.ConnectionString);
        foreach (var projection in projections)
            options.Projections.Add(projection, ProjectionLifecycle.Async);
    }

    protected IDocumentStore StoreOf(params SqlProjection[] projections)
    {
        stores.Add(NewStore(ConnectionString, AutoCreate.None, projections));
        return stores[^1];
    }

    protected Task<bool> CatchUpAsync(SqlProjection projection, TimeSpan patience = default, IProgress<ProjectionProgress>? progress = null) =>
        CatchUpOf(projection).RunAsync(patience, progress);

    protected CatchUp CatchUpOf(SqlProjection projection)
    {
        var store = StoreOf(projection);
        return new(new EventSessions(DataSource, new Lazy<IDocumentStore>(() => store)), [projection], TimeProvider.System);
    }

    /// <summary>Each box one stream of as many events, appended one box after the other: the first box's positions come first.</summary>
    protected async Task GivenBoxesAsync(int boxes, int eventsEach)
    {
        for (var box = 0; box < boxes; box++)
            await PutAsync(Guid.CreateVersion7(), eventsEach);
    }

    /// <summary>Appends to a box, as Marten's tables want it: the stream first.</summary>
    protected async Task PutAsync(Guid box, int events = 1)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("insert into events.mt_streams as s (id, version) values ($1, $2) on conflict (id) do update set version = s.version + excluded.version")
                {
                    Parameters = { new() { Value = box }, new() { Value = (long)events } },
                },
                new(
                    """
                    insert into events.mt_events (seq_id, id, stream_id, version, data, type, timestamp)
                    select nextval('events.mt_events_sequence'), gen_random_uuid(), id, version - $2 + n, '{"item": "x"}', 'item_put', now()
                      from events.mt_streams cross join generate_series(1, $2) n where id = $1 order by n
                    """)
                {
                    Parameters = { new() { Value = box }, new() { Value = events } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync();
    }

    protected async Task PoisonAsync(params long[] positions)
    {
        await ExecuteAsync("delete from public.poison");
        await ExecuteAsync("insert into public.poison select unnest($1)", positions);
    }

    protected Task<long> StandsAtAsync() => ScalarAsync<long>("select coalesce(max(last_seq_id), 0) from events.mt_event_progression where name = 'boxes:All'");

    protected Task<long> LastAsync() => ScalarAsync<long>("select coalesce(max(seq_id), 0) from events.mt_events");

    protected Task ReachAsync(long position) => Eventually.TrueAsync(async () => await StandsAtAsync() >= position, $"the projection reached {position}");

    /// <summary>Every event of every stream folded once and in order, but for the streams that are named.</summary>
    protected async Task ShouldBeTheFoldAsync(params Guid[] without) => (await RowsAsync(
        """
        select coalesce(b.stream_id, s.id), b.version, b.events, s.version
          from (select * from public.boxes where stream_id <> all ($1)) b
          full join (select * from events.mt_streams where id <> all ($1)) s on s.id = b.stream_id
         where b.version is distinct from s.version or b.events is distinct from s.version or not b.in_order
        """,
        without)).Select(row => string.Join(' ', row)).ShouldBeEmpty();
}
