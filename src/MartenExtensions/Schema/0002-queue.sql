-- The durable queue: work that outlives the transaction that asked for it. Messages are inserted by the transaction that causes
-- them and deleted by the one that has their effect, so the table holds only what is still to be done.
create schema if not exists queue;

create table queue.messages (
    id             uuid not null constraint pkey_messages primary key,
    kind           text collate "C" not null,
    priority       smallint not null constraint known_priority check (priority between 0 and 2), -- 0 is taken first
    due_at         timestamptz not null,
    body           jsonb not null,
    attempts       integer not null default 0, -- counted when taken, so that a message that kills its worker is counted as well
    lease_until    timestamptz null,
    leased_by      text collate "C" null,
    failures       jsonb not null default '[]', -- [{at, attempt, worker, error}], oldest first; survives a replay
    correlation_id text null,
    causation_id   text null,
    user_name      text null,
    created_at     timestamptz not null default now(),
    constraint leased_by_somebody check ((lease_until is null) = (leased_by is null))
) with (
    -- Every row dies within moments: at the default of a fifth of the table, vacuum would come when a backlog has left hundreds of
    -- thousands of dead rows for every worker to walk over.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
    -- Giving the emptied end of the file back takes an exclusive lock, and the next thousand messages need the pages again.
    vacuum_truncate = off
);

-- A kind and a priority are walked from the longest due, so neither a million scheduled messages nor a kind at its limit stand in
-- the way of others. Taking a message removes it from here without a new entry.
create index ready_messages on queue.messages (kind, priority, due_at) where lease_until is null;
-- How many of a kind are leased, and whose lease has run out.
create index leased_messages on queue.messages (kind, lease_until) where lease_until is not null;

create table queue.dead_letters (
    id             uuid not null constraint pkey_dead_letters primary key,
    kind           text collate "C" not null,
    priority       smallint not null,
    body           jsonb not null,
    attempts       integer not null,
    error          text not null,
    failures       jsonb not null,
    correlation_id text null,
    causation_id   text null,
    user_name      text null,
    created_at     timestamptz not null,
    failed_at      timestamptz not null default now()
);
create index dead_letters_by_time on queue.dead_letters (failed_at desc, id desc);
create index dead_letters_by_kind on queue.dead_letters (kind, failed_at desc, id desc);
