-- Contacts of the import $1 that have another's number, be it of this import or not, and those that come from another's source row. What stands twice is
-- counted out first, and only then asked whose it is: mostly it is nothing.
select p.id
  from read.contact_states s
  join read.contact_profiles p using (id)
 where p.import_id = $1 and s.phone = any (array(select phone from read.contact_states group by phone having count(*) > 1))
 union
select p.id
  from (select source_row from read.contact_profiles where import_id = $1 group by source_row having count(*) > 1) alike
  join read.contact_profiles p using (source_row)
 where p.import_id = $1
