-- The first pass of a rebuild, over the events with $1 < seq_id <= $2, on tables without any index: contacts that are born in the page and have no event
-- in it but their birth and one fact about their line need no row of before and are followed by none, so no row is looked up. Every other event of the
-- page is noted as late: contacts.sql folds it when all pages are through, and whatever this statement does not know is late by that. Of a contact's
-- events the late ones are the last, so the result is that of contacts.sql alone; a test holds the two together.
with fact as (
    select stream_id, version, type, data, timestamp
      from events.mt_events
     where seq_id > $1 and seq_id <= $2 and version = 2 and type in ('contact_verified', 'contact_not_mobile', 'contact_invalidated')
),
other as (
    select stream_id
      from events.mt_events
     where seq_id > $1 and seq_id <= $2 and version >= 2 and not (version = 2 and type in ('contact_verified', 'contact_not_mobile', 'contact_invalidated'))
),
fresh as materialized (
    select b.stream_id as id, substr(b.data->>'phone', 2)::bigint as phone, b.data->>'lada' as lada, b.data->'details' is not null as has_details,
           b.data->'details'->>'phoneOriginal' as phone_original, b.data->'details'->>'fullName' as full_name, b.data->'details'->>'address' as address,
           b.data->'details'->>'neighborhood' as neighborhood, b.data->'details'->>'municipality' as municipality, b.data->'details'->>'city' as city,
           b.data->'details'->>'stateCode' as state_code, (b.data->'details'->>'migratedAt')::timestamptz as migrated_at,
           case when b.type = 'contact_imported' then (b.data->>'ladaInferred')::boolean end as lada_inferred,
           case when b.type = 'contact_imported' then (b.data->>'importId')::uuid end as import_id,
           case when b.type = 'contact_imported' then (b.data->>'sourceRow')::bigint end as source_row,
           case when f.type in ('contact_verified', 'contact_not_mobile') then f.data->>'carrier' end as carrier,
           case when f.type = 'contact_verified' then (f.data->>'verifiedAt')::timestamptz end as verified_at,
           case when f.type = 'contact_not_mobile' then (f.data->>'observedAt')::timestamptz end as not_mobile_at,
           case when f.type = 'contact_invalidated' then (f.data->>'invalidatedAt')::timestamptz end as invalidated_at,
           coalesce(f.version, b.version) as version, least(b.timestamp, f.timestamp) as created_at, greatest(b.timestamp, f.timestamp) as updated_at
      from events.mt_events b
      left join fact f on f.stream_id = b.stream_id
     where b.seq_id > $1 and b.seq_id <= $2 and b.version = 1 and b.type in ('contact_imported', 'contact_registered')
       and not exists (select from other o where o.stream_id = b.stream_id)
),
-- A page has a few thousand names of places, each many times over, and a long one takes 16 µs to fold.
place as materialized (
    select name, read.place_key(name) as key
      from (select municipality from fresh where municipality is not null union select city from fresh where city is not null) n (name)
),
profiles as (
    insert into /*unit*/.contact_profiles (
        id, phone_original, full_name, address, neighborhood, municipality, city, lada_inferred, import_id, source_row, migrated_at)
    select id, phone_original, full_name, address, neighborhood, municipality, city, coalesce(lada_inferred, false), import_id, source_row, migrated_at
      from fresh
     where has_details
),
states as (
    insert into /*unit*/.contact_states (
        id, phone, lada, state_code, municipality_key, city_key, carrier, verified_at, not_mobile_at, invalidated_at, version, created_at, updated_at)
    select f.id, f.phone, coalesce(f.lada, ''), coalesce(f.state_code, ''), coalesce(m.key, ''), coalesce(c.key, ''),
           f.carrier, f.verified_at, f.not_mobile_at, f.invalidated_at, f.version, f.created_at, f.updated_at
      from fresh f
      left join place m on m.name = f.municipality
      left join place c on c.name = f.city
    returning state_code, municipality_key, city_key, lada, status, line_type
),
-- A page is of one day.
history as (
    insert into /*unit*/.fresh_history (day, state_code, municipality_key, city_key, lada, status, line_type, contacts)
    select (select day from /*unit*/.contact_count_days where after_position < $2 order by after_position desc limit 1),
           state_code, municipality_key, city_key, lada, status, line_type, count(*)
      from states
     group by state_code, municipality_key, city_key, lada, status, line_type
)
insert into /*unit*/.late (seq_id)
select e.seq_id
  from events.mt_events e
 where e.seq_id > $1 and e.seq_id <= $2 and not exists (select from fresh f where f.id = e.stream_id);
