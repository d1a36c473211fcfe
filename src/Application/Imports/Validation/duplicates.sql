-- Contacts of the import $1 that have another's number, be it of this import or not, and those that come from another's source row.
select id
  from (select id, count(*) over (partition by phone) as alike from read.contact_states) s
  join read.contact_profiles p using (id)
 where p.import_id = $1 and s.alike > 1
 union
select id
  from (select id, count(*) over (partition by source_row) as alike from read.contact_profiles where import_id = $1) p
 where p.alike > 1
