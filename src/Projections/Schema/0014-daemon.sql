-- What the daemon knows of its projections beside their progressions (docs/adr/0021).
create schema projections;

-- Who folds each projection, beside the advisory lock that makes it the only one. No leader outlives the server, so neither does this: it is not logged,
-- and a sign of life waits for no disk.
create unlogged table projections.activity (
    name          text collate "C" primary key,
    pid           integer,              -- the server process of the leader's session; null when it has let go
    backend_start timestamptz,          -- tells that session from a later one of the same pid
    process       text not null,        -- machine/pid of who leads, or led last
    led_at        timestamptz not null, -- when it took the lead; the server's clock, as all times here
    beaten_at     timestamptz not null,
    rate          double precision,     -- events a second while it folded
    error         text,                 -- the last failure, 'CODE: text', whatever became of it
    failed_at     timestamptz
) with (fillfactor = 50);

-- Projections that shall not go on until somebody resumes them.
create table projections.holds (
    name     text collate "C" primary key,
    position bigint,  -- of the event that stopped it; null: paused by hand
    error    text,
    held_by  text,
    held_at  timestamptz not null default now()
);

-- Events that a projection was not given: those whose application failed, and the later ones of their streams, which wait behind them so that the order of a
-- stream is never broken.
create table projections.parked_events (
    projection text collate "C" not null,
    position   bigint not null,
    stream_id  uuid not null,
    version    bigint not null,
    type       text not null,
    error      text,                      -- 'CODE: text'; null: it waits behind another
    tries      integer not null default 0,
    parked_at  timestamptz not null default now(),
    failed_at  timestamptz,
    primary key (projection, position)
);
create index parked_events_stream on projections.parked_events (projection, stream_id, position);
