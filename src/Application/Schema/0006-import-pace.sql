-- When how many rows of an import were stored, one row a batch: what a report draws its rate over time from.
create table padron.import_pace (
    import_id uuid not null,
    rows_read bigint not null,
    stored_at timestamptz not null,
    primary key (import_id, rows_read)
);
