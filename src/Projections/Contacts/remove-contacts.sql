-- Takes contacts whose streams were removed out of the read models. $1 the contacts.
with profiles as (
    delete from read.contact_profiles where id = any ($1)
),
states as (
    delete from read.contact_states where id = any ($1)
    returning state_code, municipality_key, city_key, lada, status, line_type
)
update read.segment_counts c
   set contacts = c.contacts - s.contacts
  from (
    select state_code, municipality_key, city_key, lada, status, line_type, count(*) as contacts from states
     group by state_code, municipality_key, city_key, lada, status, line_type
  ) s
 where (c.state_code, c.municipality_key, c.city_key, c.lada, c.status, c.line_type)
     = (s.state_code, s.municipality_key, s.city_key, s.lada, s.status, s.line_type);

-- As after a page of contacts.sql.
delete from read.segment_counts where contacts = 0;

-- What could not be applied of them is gone too: a number that comes back is not to wait behind it.
delete from projections.parked_events where stream_id = any ($1);
