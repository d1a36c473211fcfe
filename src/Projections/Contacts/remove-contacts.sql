-- Takes contacts whose streams are about to be removed out of the history: on every day on which they had events, what these had changed. $1 the contacts.
with spans as (
    select min(seq_id) as first, max(seq_id) as last from events.mt_events where stream_id = any ($1)
),
days as (
    select day, after_position as begins, coalesce(lead(after_position) over (order by after_position), 9223372036854775807) as ends from read.segment_days
)
insert into read.segment_history as h (day, state_code, municipality_key, city_key, lada, status, line_type, contacts)
select d.day, c.state_code, c.municipality_key, c.city_key, c.lada, c.status, c.line_type, -c.change
  from spans s
  join days d on d.begins < s.last and d.ends >= s.first
 cross join lateral read.segment_changes(d.begins, d.ends, $1) c
    on conflict (day, state_code, municipality_key, city_key, lada, status, line_type) do update set contacts = h.contacts + excluded.contacts;

-- And out of the other read models. $1 the contacts.
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

delete from read.segment_history where contacts = 0;

-- What could not be applied of them is gone too: a number that comes back is not to wait behind it.
delete from projections.parked_events where stream_id = any ($1);
