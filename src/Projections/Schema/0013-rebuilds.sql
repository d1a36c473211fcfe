-- The rebuilds under way: none, most of the time. Their tables are in schemas of their own (rebuilding_NAME) beside the live ones.
create table bulk.rebuilds (
    projection text primary key,
    id         uuid not null,                  -- of the process that began it last: an earlier one can write no more
    is_stale   boolean not null default false, -- streams it may have folded were taken out of the event store: it must not take the live tables' place
    started_at timestamptz not null default now()
);
