-- Contacts of the import $1 whose events, stream and read rows tell different things. $2 is the projection's progression: what it has not
-- folded yet is no difference. Of each side only hashes are kept: joining the rows themselves sorts gigabytes and takes twice as long.
with folded as materialized (
    select coalesce(max(last_seq_id), 0) as position from events.mt_event_progression where name = $2
),
told as materialized (
    select id,
           hash_record_extended(((data->>'sourceRow')::bigint, (data->>'ladaInferred')::boolean), 0) as origin,
           hash_record_extended((data->>'phone', data->>'lada'), 0) as line,
           hash_record_extended((details->>'phoneOriginal', details->>'fullName', details->>'address', details->>'neighborhood',
                                 details->>'municipality', details->>'city'), 0) as details,
           details->>'stateCode' as state_code
      from (
        select stream_id as id, data, data->'details' as details
          from events.mt_events
         where seq_id <= (select position from folded) and type = 'contact_imported' and data->>'importId' = $1::text
        offset 0 -- the details are taken out of the event once, not once a field
      ) e
),
profiles as materialized (
    select id,
           hash_record_extended((source_row, lada_inferred), 0) as origin,
           hash_record_extended((phone_original, full_name, address, neighborhood, municipality, city), 0) as details
      from read.contact_profiles
     where import_id = $1
)
select coalesce(t.id, p.id)
  from told t
  full join profiles p using (id)
  left join read.contact_states s on s.id = coalesce(t.id, p.id)
  left join events.mt_streams m on m.id = coalesce(t.id, p.id)
 where t.id is null or p.id is null or s.id is null or m.id is null or s.version > m.version
    or t.origin <> p.origin or t.line <> hash_record_extended(('+' || s.phone, s.lada), 0)
    -- The stream is ahead: by an event that is not there, or that was folded and shows nowhere?
    or (s.version < m.version
        and coalesce((select n.seq_id from events.mt_events n where n.stream_id = t.id and n.version = s.version + 1), 0) <= (select position from folded))
    -- Details may have been corrected since; a scalar, so that it is asked only of those that differ.
    or ((t.details <> p.details or t.state_code is distinct from nullif(s.state_code, ''))
        and (select count(*) from events.mt_events d where d.stream_id = t.id and d.type = 'contact_details_changed') = 0)
