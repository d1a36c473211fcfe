-- Ranges of source rows that an initial load has stored, in whatever order they came to their end; gone when the load is complete.
create table padron.import_ranges (
    import_id uuid not null,
    first_row bigint not null,
    last_row  bigint not null,
    primary key (import_id, first_row)
);
