-- What the register shows of the numbers $1, and whether their details were changed since they came: by which row of which import, if not by a person.
select s.phone, p.import_id, p.source_row, p.phone_original, p.full_name, p.address, p.neighborhood, p.municipality, p.city, p.migrated_at,
       p.lada_inferred, s.lada, nullif(s.state_code, ''), c.data is not null as changed, (c.data->>'importId')::uuid, (c.data->>'sourceRow')::bigint
  from read.contact_states s
  left join read.contact_profiles p using (id)
  left join lateral (
    select e.data from events.mt_events e where e.stream_id = s.id and e.type = 'contact_details_changed' order by e.version desc limit 1
  ) c on true
 where s.phone = any ($1)
