-- Contacts of the import $1 that have another's number, be it of this import or not, and those that come from another's source row. Whether there are as
-- many as there are different ones is a matter of sorting them; which stand twice, and whose they are, is asked only where there are more: mostly there are not.
select p.id
  from read.contact_states s
  join read.contact_profiles p using (id)
 where (select count(phone) > count(distinct phone) from read.contact_states)
   and p.import_id = $1 and s.phone = any (array(select phone from read.contact_states group by phone having count(*) > 1))
 union
select p.id
  from (select source_row from read.contact_profiles where import_id = $1 group by source_row having count(*) > 1) alike
  join read.contact_profiles p using (source_row)
 where (select count(source_row) > count(distinct source_row) from read.contact_profiles where import_id = $1)
   and p.import_id = $1
