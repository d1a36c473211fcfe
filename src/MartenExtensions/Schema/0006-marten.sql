-- Marten's tables have this foreign key. The rows that are there are checked afterwards, beside whoever reads and writes (bulk.later_indexes).
alter table events.mt_events
    add constraint fkey_mt_events_stream_id foreign key (stream_id) references events.mt_streams (id) on delete cascade not valid;
insert into bulk.later_indexes (name, definition)
values ('fkey_mt_events_stream_id', 'alter table events.mt_events validate constraint fkey_mt_events_stream_id');

-- While a bulk load is under way, streams with ids made by rule (UUID version 8) are the load's alone. Whoever makes one, in whatever way and program, is
-- refused here: the statement sees the load's row, because its lock on the table has waited for the transaction that inserted it.
create function bulk.refuse_while_loading() returns trigger
    language plpgsql
as $$
begin
    if exists (select from bulk.load) and exists (select from added where get_byte(uuid_send(id), 6) >> 4 = 8) then
        raise exception 'A bulk load is bringing in streams of this kind.' using errcode = 'PB001';
    end if;
    return null;
end
$$;
create trigger mt_streams_closed_by_load after insert on events.mt_streams
    referencing new table as added for each statement execute function bulk.refuse_while_loading();

-- An initial load that was interrupted goes on with tables of the shape that Marten is about to give the live ones.
alter table if exists loading.mt_streams add column compacted_version bigint not null default 0;
