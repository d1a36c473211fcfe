-- Contacts of the import $1 that lack what every one must have. The LADAs $2 have no state of their own: there it may be unknown.
select p.id
  from read.contact_profiles p
  join read.contact_states s using (id)
 where p.import_id = $1
   and (s.phone is null or s.lada = '' or p.phone_original is null or p.source_row is null or (s.state_code = '' and s.lada <> all ($2)))
