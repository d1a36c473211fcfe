namespace Padron.Integration.Tests.MartenExtensions;

/// <summary>The tables are Marten's, so that a Marten application can read the streams: a column renamed here is a reader lost.</summary>
public sealed class TablesTests : EventStoreTest
{
    const string Timestamp = "timestamp with time zone";
    const string Varchar = "character varying";

    [Fact]
    public async Task Streams_have_martens_columns() => (await ColumnsAsync("mt_streams")).ShouldBe(
    [
        "id uuid not null",
        $"type {Varchar}",
        "version bigint",
        $"timestamp {Timestamp} not null default now()",
        $"created {Timestamp} not null default now()",
        $"tenant_id {Varchar} default '*DEFAULT*'::character varying",
        "is_archived boolean default false",
    ]);

    [Fact]
    public async Task Events_have_martens_columns() => (await ColumnsAsync("mt_events")).ShouldBe(
    [
        "seq_id bigint not null",
        "id uuid not null",
        "stream_id uuid",
        "version bigint not null",
        "data jsonb not null",
        "bdata bytea",
        $"type {Varchar}(500) not null",
        $"timestamp {Timestamp} not null default now()",
        $"tenant_id {Varchar} default '*DEFAULT*'::character varying",
        $"mt_dotnet_type {Varchar}",
        $"correlation_id {Varchar}",
        $"causation_id {Varchar}",
        "headers jsonb",
        $"user_name {Varchar}",
        "is_archived boolean default false",
    ]);

    [Fact]
    public async Task Progressions_have_martens_columns() => (await ColumnsAsync("mt_event_progression")).ShouldBe(
    [
        $"name {Varchar} not null",
        "last_seq_id bigint",
        $"last_updated {Timestamp} default transaction_timestamp()",
    ]);

    [Fact]
    public async Task The_schema_holds_these_tables_keys_and_indexes_and_no_more()
    {
        (await TextsAsync("select tablename::text from pg_tables where schemaname = 'events' order by 1"))
            .ShouldBe(["mt_event_progression", "mt_events", "mt_streams"]);
        (await TextsAsync("select regexp_replace(indexdef, ' USING btree', '') from pg_indexes where schemaname = 'events' order by 1")).ShouldBe(
        [
            "CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON events.mt_events (stream_id, version)",
            "CREATE UNIQUE INDEX pkey_mt_event_progression_name ON events.mt_event_progression (name)",
            "CREATE UNIQUE INDEX pkey_mt_events_seq_id ON events.mt_events (seq_id)",
            "CREATE UNIQUE INDEX pkey_mt_streams_id ON events.mt_streams (id)",
        ]);
        (await TextsAsync("select conname::text from pg_constraint where connamespace = 'events'::regnamespace and contype <> 'p'"))
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Positions_come_one_at_a_time_from_a_sequence_that_belongs_to_the_events()
    {
        (await RowsAsync(
            "select sequencename::text, start_value, increment_by, cache_size, cycle from pg_sequences where schemaname = 'events'"))
            .Single().ShouldBe(["mt_events_sequence", 1L, 1L, 1L, false]);
        (await ScalarAsync<string>("select pg_get_serial_sequence('events.mt_events', 'seq_id')")).ShouldBe("events.mt_events_sequence");
    }

    Task<string[]> ColumnsAsync(string table) => TextsAsync(
        """
        select concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
                         'default ' || pg_get_expr(d.adbin, d.adrelid))
          from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = ('events.' || $1)::regclass and a.attnum > 0 and not a.attisdropped
         order by a.attnum
        """,
        table);

    async Task<string[]> TextsAsync(string sql, params object[] parameters) => [.. (await RowsAsync(sql, parameters)).Select(row => (string)row[0]!)];
}
