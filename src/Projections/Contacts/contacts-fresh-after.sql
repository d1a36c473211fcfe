-- What the pages of the first pass have left, added up.
insert into /*unit*/.contact_count_history (day, state_code, municipality_key, city_key, lada, status, line_type, contacts)
select day, state_code, municipality_key, city_key, lada, status, line_type, sum(contacts)
  from /*unit*/.fresh_history
 group by day, state_code, municipality_key, city_key, lada, status, line_type;

insert into /*unit*/.contact_counts (state_code, municipality_key, city_key, lada, status, line_type, contacts)
select state_code, municipality_key, city_key, lada, status, line_type, sum(contacts)
  from /*unit*/.contact_count_history
 group by state_code, municipality_key, city_key, lada, status, line_type;

drop table /*unit*/.fresh_history;
