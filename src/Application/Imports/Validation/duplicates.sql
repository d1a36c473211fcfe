-- Contacts of the import $1 that have another's number, be it of this import or not, and those that come from another's source row.
select p.id
  from read.contact_profiles p
  join read.contact_states s using (id)
 where p.import_id = $1 and s.phone in (select phone from read.contact_states group by phone having count(*) > 1)
 union
select id
  from (select id, count(*) over (partition by source_row) as alike from read.contact_profiles where import_id = $1) p
 where p.alike > 1
