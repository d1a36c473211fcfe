-- Durable tables that no event can rebuild: backed up, never folded.

-- One row: which contact key this database belongs to.
create table padron.installation (
    only_row                boolean primary key default true check (only_row),
    contact_key_fingerprint text not null,
    created_at              timestamptz not null default now()
);

-- The numbering plan in force, as the operator loaded it. One plan at a time.
create table padron.numbering_plan (
    only_row  boolean primary key default true check (only_row),
    version   text not null,
    file_name text not null,
    blocks    integer not null,
    loaded_at timestamptz not null
);
create table padron.numbering_blocks (
    first_number bigint primary key,
    last_number  bigint not null check (last_number >= first_number),
    line         text not null,
    carrier      text not null
);

-- Municipalities by household income (INEGI ICMM 2022: ICPTH, pesos a quarter). A LADA repeats, so the best of it ranks it.
create table padron.mejores_ladas (
    ranking      integer,
    municipality text,
    state        text,
    lada         text collate "C" not null,
    icpth_2022   numeric not null
);
create view padron.premium_ladas as
select lada, max(icpth_2022) as icpth_2022, row_number() over (order by max(icpth_2022) desc, lada) as rank
  from padron.mejores_ladas
 where icpth_2022 > 0
 group by lada;

-- How far an import has come; moves in the transaction of each batch. `after_row` is the last source row stored.
create table padron.import_checkpoints (
    import_id   uuid primary key,
    file_sha256 text not null,
    after_row   bigint not null,
    tally       jsonb not null,
    finished    boolean not null default false
);
create unique index import_checkpoints_open on padron.import_checkpoints (file_sha256) where not finished;

create table padron.import_rejections (
    import_id  uuid not null,
    source_row bigint not null,
    value      text,
    reason     text not null,
    primary key (import_id, source_row)
);

-- The manifest: which contacts an extraction obtained, in the order of its file.
create table padron.extraction_contacts (
    extraction_id uuid not null,
    ordinal       integer not null,
    contact_id    uuid not null,
    primary key (extraction_id, ordinal)
);
