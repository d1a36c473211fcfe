-- How far an import is, told by the process that works on it: at most once a second while it lives, whatever it is at. The stream says what became of it
-- and the checkpoint what is stored; this only tells whoever looks on, and nothing depends on it.
create table padron.import_progress (
    import_id       uuid primary key,
    phase           text not null, -- prepare, sample, trial, load, validate, finish
    rows_read       bigint not null,
    rows            bigint not null,
    imported        bigint not null,
    rejected        bigint not null,
    rows_per_second bigint, -- over the last seconds; null where no rows are read
    seconds_left    bigint,
    indexes_built   integer,
    indexes         integer,
    step            text, -- what the phase is at, where that is counted in something else than rows
    step_done       bigint,
    step_of         bigint, -- 0 when nobody can tell
    memory_bytes    bigint not null, -- of the process
    disk_free_bytes bigint, -- where the server's data lies; null when that can't be seen from where the process runs
    paused_because  text,
    process         text not null,
    told_by         text not null,
    updated_at      timestamptz not null -- by the server's clock
) with (fillfactor = 70);
