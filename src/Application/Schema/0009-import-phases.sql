-- An import whose rows are all in may still have to be validated and finished: until that is done it can be resumed, and its file can't be imported anew.
alter table padron.import_checkpoints add column in_phases boolean not null default false;

-- Tables of a source beside contacts and ranking, as they stood there. Several imports may have brought a table of a name; the newest counts.
create table padron.reference_tables (
    import_id uuid not null,
    name      text collate "C" not null,
    columns   text[] not null,
    rows      bigint not null,
    primary key (import_id, name)
);
create table padron.reference_rows (
    import_id  uuid not null,
    table_name text collate "C" not null,
    ordinal    bigint not null, -- in the order of the source
    data       jsonb not null,
    primary key (import_id, table_name, ordinal),
    foreign key (import_id, table_name) references padron.reference_tables on delete cascade
);
