-- Saved filters, one row a name.
create table read.segments (
    id         uuid primary key,
    name       text collate "C" not null unique,
    filter     jsonb not null, -- as its event tells it: conditions by name, what is not set left out
    defined_by text not null,
    defined_at timestamptz not null,
    changed_by text,
    changed_at timestamptz
);

-- An index of its own, as for validations: segments are a handful among millions of contact events.
create index mt_events_of_segments on events.mt_events (seq_id) where type in ('segment_defined', 'segment_changed', 'segment_removed');
