-- The bulk load that is under way; none otherwise. Its rows go to tables beside the live ones (schema `loading`) and take their place at its end, so
-- whatever happens in between, the live tables are whole. Until then the streams it loads (ids of UUID version 8, made by rule) can't be appended to.
create schema bulk;
create table bulk.load (
    only_row   boolean primary key default true check (only_row),
    id         uuid not null,
    floor      bigint not null,                -- the last position before it: all its events are above
    turn       bigint not null default 0,      -- counts the processes that took it on; an earlier one can write no more
    is_filled  boolean not null default false, -- every row is in, only indexes and the exchange are left
    settings   jsonb,                          -- the server's settings it changed, as they were
    started_at timestamptz not null
);
