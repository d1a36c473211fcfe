-- Rollbacks of imports that are under way; moves in the transaction of each batch. Positions of events: the import's contacts are after
-- `after_position`, as far as they are not taken back yet, and before `before_position`.
create table padron.import_rollbacks (
    import_id       uuid primary key,
    after_position  bigint not null,
    before_position bigint not null,
    removed         bigint not null default 0,
    withdrawn       bigint not null default 0
);
