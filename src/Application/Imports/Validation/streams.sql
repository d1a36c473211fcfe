-- Contacts of the import $1 whose events, stream and read rows tell different things. $2 is the projection's progression: what it has not
-- folded yet is no difference. Mostly there is none, and joining four tables to find none takes three times as long as reading them: so what is told
-- of a contact and what is shown are hashed with its id, and must sum up to nothing in each of 4,096 parts of the register. Only contacts of a part
-- that does not are compared one by one, which says whether they are at fault: part of a sum is also what others' contacts have not folded yet.
with folded as materialized (
    select coalesce(max(last_seq_id), 0) as position from events.mt_event_progression where name = $2
),
others as materialized (
    select exists (select from read.contact_profiles where import_id is distinct from $1) as are_there
),
parts as materialized (
    select uuid_hash(id) & 4095 as part
      from (
        -- Nested, and without a record or an array: making one takes as long as taking its fields out of the event.
        select id,
               hashtextextended(coalesce(data->>'sourceRow', '∅'),
               hashtextextended(coalesce(data->>'ladaInferred', '∅'),
               hashtextextended(coalesce(details->>'phoneOriginal', '∅'),
               hashtextextended(coalesce(details->>'fullName', '∅'),
               hashtextextended(coalesce(details->>'address', '∅'),
               hashtextextended(coalesce(details->>'neighborhood', '∅'),
               hashtextextended(coalesce(details->>'municipality', '∅'),
               hashtextextended(coalesce(details->>'city', '∅'), uuid_hash_extended(id, 0))))))))) as profile,
               hashtextextended(coalesce(data->>'phone', '∅'),
               hashtextextended(coalesce(data->>'lada', '∅'),
               hashtextextended(coalesce(details->>'stateCode', '∅'), uuid_hash_extended(id, 0)))) as state,
               0::bigint as version
          from (
            select stream_id as id, data, data->'details' as details
              from events.mt_events
             where seq_id <= (select position from folded) and type = 'contact_imported' and data->>'importId' = $1::text
            offset 0 -- the details are taken out of the event once, not once a field
          ) e
         union all
        select id,
               -hashtextextended(coalesce(source_row::text, '∅'),
               hashtextextended(coalesce(lada_inferred::text, '∅'),
               hashtextextended(coalesce(phone_original, '∅'),
               hashtextextended(coalesce(full_name, '∅'),
               hashtextextended(coalesce(address, '∅'),
               hashtextextended(coalesce(neighborhood, '∅'),
               hashtextextended(coalesce(municipality, '∅'),
               hashtextextended(coalesce(city, '∅'), uuid_hash_extended(id, 0))))))))),
               0::bigint, 0::bigint
          from read.contact_profiles
         where import_id = $1
         union all
        select id, 0::bigint,
               case when of_import
                    then -hashtextextended(coalesce('+' || phone, '∅'),
                         hashtextextended(coalesce(lada, '∅'),
                         hashtextextended(coalesce(nullif(state_code, ''), '∅'), uuid_hash_extended(id, 0))))
                    else 0 end,
               -uuid_hash_extended(id, version)
          from (
            select id, phone, lada, state_code, version, true as of_import
              from read.contact_states
             where not (select are_there from others) -- and whose they are need not be looked up
             union all
            select s.id, s.phone, s.lada, s.state_code, s.version, p.id is not null
              from read.contact_states s
              left join (select id from read.contact_profiles where import_id = $1 offset 0) p using (id) -- by hashes, not along two indexes over scattered rows
             where (select are_there from others)
          ) states
         union all
        select id, 0::bigint, 0::bigint, uuid_hash_extended(id, version)
          from events.mt_streams
         where get_byte(uuid_send(id), 6) >> 4 = 8 -- contacts
      ) facts
     group by part
    having sum(profile) <> 0 or sum(state) <> 0 or sum(version) <> 0
),
-- Of each side only hashes are kept: joining the rows themselves sorts gigabytes and takes twice as long. "is true" is for the planner, who knows neither
-- how many parts there will be nor how many contacts the import has: so it looks the parts up by hash, and can't take them for few and loop over them.
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
           and exists (select from parts) and (uuid_hash(stream_id) & 4095 in (select part from parts)) is true
        offset 0
      ) e
),
profiles as materialized (
    select id,
           hash_record_extended((source_row, lada_inferred), 0) as origin,
           hash_record_extended((phone_original, full_name, address, neighborhood, municipality, city), 0) as details
      from read.contact_profiles
     where import_id = $1 and exists (select from parts) and (uuid_hash(id) & 4095 in (select part from parts)) is true
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
