-- The segment counts of contacts that were loaded beside the live tables: what contacts.sql would have added up.
insert into read.segment_counts (state_code, municipality_key, city_key, lada, status, line_type, contacts)
select state_code, municipality_key, city_key, lada, status, line_type, count(*)
  from loading.contact_states
 group by state_code, municipality_key, city_key, lada, status, line_type
