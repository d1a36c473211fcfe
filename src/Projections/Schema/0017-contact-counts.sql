-- Counts of contacts by place, status and line type are called contact counts: a segment is a saved filter (0011). Only names change.

-- In the order in which a page of the projection takes them: an upgrade beside a running program waits for its page, and never deadlocks with it.
lock table read.segment_days, read.segment_history, read.segment_counts in access exclusive mode;

-- Tables that a rebuild has kept (previous_contacts) are renamed too, or `padron projections revert contacts` would refuse them, and so are the comments of
-- their indexes, which hold what each was built from (ShadowTables). What a killed rebuild has left (rebuilding_contacts) is renamed with them. An initial
-- load has no copy of these tables.
do $do$
declare
    one record;
begin
    for one in
        select n.nspname as place, c.oid, c.relkind, c.relname, names.after
          from (values
            ('segment_counts', 'contact_counts'),
            ('segment_counts_pkey', 'contact_counts_pkey'),
            ('segment_counts_empty', 'contact_counts_empty'),
            ('segment_counts_available', 'contact_counts_available'),
            ('segment_history', 'contact_count_history'),
            ('segment_history_pkey', 'contact_count_history_pkey'),
            ('segment_history_empty', 'contact_count_history_empty'),
            ('segment_days', 'contact_count_days'),
            ('segment_days_pkey', 'contact_count_days_pkey'),
            ('segment_days_after_position_key', 'contact_count_days_after_position_key')
          ) as names (before, after)
          join pg_class c on c.relname = names.before
          join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('read', 'previous_contacts', 'rebuilding_contacts')
         order by n.nspname = 'read' desc, c.relkind = 'r' desc, c.relname
    loop
        -- With an index its constraint is renamed.
        execute format('alter %s %I.%I rename to %I', case one.relkind when 'i' then 'index' else 'table' end, one.place, one.relname, one.after);
        if one.relkind = 'i' and one.place <> 'read' then
            execute format('comment on index %I.%I is %s', one.place, one.after, quote_nullable(
                replace(replace(replace(obj_description(one.oid, 'pg_class'),
                    'segment_counts', 'contact_counts'), 'segment_history', 'contact_count_history'), 'segment_days', 'contact_count_days')));
        end if;
    end loop;
end
$do$;

-- The functions of 0009 over the new names. Renamed and replaced, not dropped: they keep their grants.
alter function read.segment_changes(bigint, bigint, uuid[]) rename to contact_count_changes;
alter function read.segments_as_of(bigint) rename to contact_counts_as_of;

-- What the events with after_position < seq_id <= up_to changed in the contact counts: where the contacts they are about stood after them, less where
-- they stood before. With contacts only what was theirs. A stream is folded by versions alone, as contacts.sql does: what was said last counts.
-- Planned for the values at hand: a few events and those of a whole day want different joins.
create or replace function read.contact_count_changes(after_position bigint, up_to bigint, contacts uuid[])
    returns table (state_code text, municipality_key text, city_key text, lada text, status text, line_type text, change bigint)
    language plpgsql stable rows 10000
    set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
    return query
    with touched as materialized (
        select unnest(contact_count_changes.contacts) as id
         union
        select stream_id from events.mt_events
         where contact_count_changes.contacts is null and type like 'contact\_%'
           and seq_id > contact_count_changes.after_position and seq_id <= contact_count_changes.up_to
    ),
    facts as (
        select t.id, ends.sign,
               coalesce(max(e.version) filter (where e.type in ('contact_imported', 'contact_registered')), 0) as registered,
               coalesce(max(e.version) filter (where e.type in ('contact_imported', 'contact_registered', 'contact_details_changed', 'contact_withdrawn')), 0) as told,
               coalesce(max(e.version) filter (where e.type = 'contact_verified'), 0) as verified,
               coalesce(max(e.version) filter (where e.type = 'contact_not_mobile'), 0) as not_mobile,
               coalesce(max(e.version) filter (where e.type = 'contact_invalidated'), 0) as invalidated,
               coalesce(max(e.version) filter (where e.type = 'contact_extracted'), 0) as extracted,
               coalesce(max(e.version) filter (where e.type = 'contact_released'), 0) as released,
               coalesce(max(e.version) filter (where e.type = 'contact_withdrawn'), 0) as withdrawn,
               coalesce(max(e.version) filter (where e.type = 'contact_opted_out'), 0) as opted_out,
               coalesce(max(e.version) filter (where e.type = 'contact_opted_in'), 0) as opted_in
          from touched t
         cross join (values (contact_count_changes.after_position, -1), (contact_count_changes.up_to, 1)) as ends (position, sign)
          join events.mt_events e on e.stream_id = t.id and e.seq_id <= ends.position
         group by t.id, ends.sign
    )
    select coalesce(d.data->'details'->>'stateCode', '') collate "C",
           coalesce(read.place_key(d.data->'details'->>'municipality'), '') collate "C",
           coalesce(read.place_key(d.data->'details'->>'city'), '') collate "C",
           coalesce(r.data->>'lada', '') collate "C",
           case when opted_out > opted_in then 'OPTED_OUT'
                when invalidated > greatest(verified, withdrawn) then 'INVALID'
                when not_mobile > greatest(verified, withdrawn) then 'NOT_MOBILE'
                when extracted > released then 'EXTRACTED'
                when verified > withdrawn then 'VERIFIED'
                else 'UNVERIFIED' end collate "C",
           case when not_mobile > greatest(verified, withdrawn) then 'FIXED' when verified > withdrawn then 'MOBILE' else 'UNKNOWN' end collate "C",
           sum(f.sign)
      from facts f
      left join events.mt_events d on d.stream_id = f.id and d.version = f.told
      left join events.mt_events r on r.stream_id = f.id and r.version = f.registered
     group by 1, 2, 3, 4, 5, 6
    having sum(f.sign) <> 0;
end
$$;

-- The contact counts as of a position that the projection has reached. From the present back to an end of the position's day by the history, and from
-- there to the position by the events between; the nearer end, for these cost a fold of every contact they are about.
create or replace function read.contact_counts_as_of(at_position bigint)
    returns table (state_code text, municipality_key text, city_key text, lada text, status text, line_type text, contacts bigint)
    language sql stable rows 10000
as $$
    with present as (
        select last_seq_id as position from events.mt_event_progression where name = 'contacts:All'
    ),
    -- No day where a register's history begins later than its contacts: then there is nothing at the beginning, and all that was before at the end.
    ends as (
        select max(d.day) filter (where d.after_position < $1) as day,
               coalesce(max(d.after_position) filter (where d.after_position < $1), 0) as day_begins,
               coalesce(min(d.after_position) filter (where d.after_position >= $1), (select position from present)) as day_ends
          from read.contact_count_days d
    ),
    way as materialized (
        select day, $1 - day_begins < day_ends - $1 as from_beginning, day_begins, day_ends from ends
    )
    select state_code, municipality_key, city_key, lada, status, line_type, sum(contacts)::bigint
      from (
        select c.state_code, c.municipality_key, c.city_key, c.lada, c.status, c.line_type, c.contacts
          from way w, read.contact_counts c
         where w.day is not null or not w.from_beginning
         union all
        select h.state_code, h.municipality_key, h.city_key, h.lada, h.status, h.line_type, -h.contacts
          from way w, read.contact_count_history h
         where case when w.from_beginning then h.day >= w.day else h.day > coalesce(w.day, '-infinity') end
         union all
        select c.state_code, c.municipality_key, c.city_key, c.lada, c.status, c.line_type, case when w.from_beginning then c.change else -c.change end
          from way w, read.contact_count_changes(
            case when w.from_beginning then w.day_begins else $1 end, case when w.from_beginning then $1 else w.day_ends end, null) c
      ) parts
     group by state_code, municipality_key, city_key, lada, status, line_type
    having sum(contacts) <> 0
$$;
