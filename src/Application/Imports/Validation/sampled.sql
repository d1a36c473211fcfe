-- What the register shows of the numbers $1, and whether their details were corrected since they came.
select s.phone, p.import_id, p.source_row, p.phone_original, p.full_name, p.address, p.neighborhood, p.municipality, p.city, p.migrated_at,
       p.lada_inferred, s.lada, nullif(s.state_code, ''),
       exists (select from events.mt_events e where e.stream_id = s.id and e.type = 'contact_details_changed') as corrected
  from read.contact_states s
  left join read.contact_profiles p using (id)
 where s.phone = any ($1)
