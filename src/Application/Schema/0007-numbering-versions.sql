-- Every numbering plan that was loaded, the one in force last: a row a load, so a file loaded again stands there again. The difference is to
-- the plan in force before, in numbers. A plan that was loaded before there was this table tells less.
create table padron.numbering_plan_versions (
    ordinal         bigint generated always as identity primary key,
    version         text not null,
    file_name       text not null,
    file_sha256     text,
    blocks          integer not null,
    overlapping     integer,
    became_mobile   bigint,
    became_fixed    bigint,
    added           bigint,
    removed         bigint,
    carrier_changed bigint,
    loaded_at       timestamptz not null,
    loaded_by       text
);
insert into padron.numbering_plan_versions (version, file_name, blocks, loaded_at)
select version, file_name, blocks, loaded_at from padron.numbering_plan;
