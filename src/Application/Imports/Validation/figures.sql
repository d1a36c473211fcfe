-- How the contacts of the import $1 are spread, in one pass: by state, LADA, status and line type, and how many have each detail.
select grouping(s.state_code, s.lada, s.status, s.line_type) as kind, coalesce(s.state_code, s.lada, s.status, s.line_type) as value, count(*),
       count(p.full_name), count(p.address), count(p.neighborhood), count(p.municipality), count(p.city)
  from read.contact_profiles p
  join read.contact_states s using (id)
 where p.import_id = $1
 group by grouping sets ((s.state_code), (s.lada), (s.status), (s.line_type), ())
 order by count(*) desc, value
