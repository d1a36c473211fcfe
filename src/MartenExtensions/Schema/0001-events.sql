-- The event store's tables: those of Marten 9 for Guid streams, single tenancy and full metadata, so that a
-- Marten application can read the streams. Two things differ, each measured (docs/adr/0002): mt_events has no
-- foreign key to mt_streams, because COPY runs at half the speed with it, and rows that are updated keep free
-- space on their page, so that an update stays on it and touches no index.
create schema if not exists events;

-- One position at a time: a cached range would hand out positions whose holder the high-water mark can't see.
create sequence events.mt_events_sequence cache 1;

create table events.mt_streams (
    id          uuid not null constraint pkey_mt_streams_id primary key,
    type        varchar null,
    version     bigint,
    timestamp   timestamptz not null default now(),
    created     timestamptz not null default now(),
    tenant_id   varchar default '*DEFAULT*',
    is_archived boolean default false
) with (fillfactor = 85);

create table events.mt_events (
    seq_id         bigint not null constraint pkey_mt_events_seq_id primary key,
    id             uuid not null,
    stream_id      uuid,
    version        bigint not null,
    data           jsonb not null,
    bdata          bytea null,
    type           varchar(500) not null,
    timestamp      timestamptz not null default now(),
    tenant_id      varchar default '*DEFAULT*',
    mt_dotnet_type varchar null,
    correlation_id varchar null,
    causation_id   varchar null,
    headers        jsonb null,
    user_name      varchar null,
    is_archived    boolean default false
);
alter sequence events.mt_events_sequence owned by events.mt_events.seq_id;
create unique index pk_mt_events_stream_and_version on events.mt_events (stream_id, version);

create table events.mt_event_progression (
    name         varchar not null constraint pkey_mt_event_progression_name primary key,
    last_seq_id  bigint null,
    last_updated timestamptz default transaction_timestamp()
) with (fillfactor = 50);
