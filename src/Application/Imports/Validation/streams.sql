-- Contacts of the import $1 whose events, stream and read rows tell different things. $2 is the projection's progression: what it has not
-- folded yet is no difference.
with folded as materialized (
    select coalesce(max(last_seq_id), 0) as position from events.mt_event_progression where name = $2
),
told as (
    select e.stream_id as id, e.data
      from events.mt_events e
      join folded f on e.seq_id <= f.position
     where e.type = 'contact_imported' and e.data->>'importId' = $1::text
),
shown as (
    select p.id, p.source_row, p.lada_inferred, p.phone_original, p.full_name, p.address, p.neighborhood, p.municipality, p.city,
           s.phone, s.lada, nullif(s.state_code, '') as state_code, s.version
      from read.contact_profiles p
      left join read.contact_states s using (id)
     where p.import_id = $1
)
select coalesce(t.id, c.id)
  from told t
  full join shown c using (id)
  left join events.mt_streams m on m.id = coalesce(t.id, c.id)
 cross join folded f
 where t.id is null or c.id is null or m.id is null or c.version is null or c.version > m.version
    or t.data->>'phone' is distinct from '+' || c.phone
    or t.data->>'lada' is distinct from c.lada
    or (t.data->>'sourceRow')::bigint is distinct from c.source_row
    or (t.data->>'ladaInferred')::boolean is distinct from c.lada_inferred
    -- The stream is ahead: by an event that is not there, or that was folded and shows nowhere?
    or (c.version < m.version
        and coalesce((select n.seq_id from events.mt_events n where n.stream_id = t.id and n.version = c.version + 1), 0) <= f.position)
    -- Details may have been corrected since; a scalar, so that it is asked only of those that differ.
    or ((c.phone_original, c.full_name, c.address, c.neighborhood, c.municipality, c.city, c.state_code)
            is distinct from (t.data->'details'->>'phoneOriginal', t.data->'details'->>'fullName', t.data->'details'->>'address',
                              t.data->'details'->>'neighborhood', t.data->'details'->>'municipality', t.data->'details'->>'city',
                              t.data->'details'->>'stateCode')
        and (select count(*) from events.mt_events d where d.stream_id = t.id and d.type = 'contact_details_changed') = 0)
