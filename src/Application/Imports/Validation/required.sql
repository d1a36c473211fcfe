-- Contacts of the import $1 that lack what every one must have. The LADAs $2 have no state of their own: there it may be unknown.
-- Each table is asked for itself what it lacks, and only of that whose it is: mostly it is nothing, and joining the two takes twice as long.
select s.id
  from read.contact_states s
  join read.contact_profiles p using (id)
 where p.import_id = $1 and (s.phone is null or s.lada = '' or (s.state_code = '' and s.lada <> all ($2)))
 union
select p.id
  from read.contact_profiles p
  join read.contact_states s using (id)
 where p.import_id = $1 and (p.phone_original is null or p.source_row is null)
