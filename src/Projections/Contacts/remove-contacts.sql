-- Takes contacts whose streams are about to be removed out of the read models. $1 the contacts, $2 and $3 the positions of the first and the last event
-- of each. First those who had events on several days, out of the history of each of them, by what these changed: they are few.
with days as (
    select array_agg(after_position order by after_position) as begins from read.contact_count_days
),
several as (
    select array_agg(c.id) as ids, min(c.first) as first, max(c.last) as last
      from days d, unnest($1, $2, $3) as c (id, first, last)
     where width_bucket(c.first - 1, d.begins) <> width_bucket(c.last - 1, d.begins)
),
spans as (
    select day, after_position as begins, coalesce(lead(after_position) over (order by after_position), 9223372036854775807) as ends from read.contact_count_days
)
insert into read.contact_count_history as h (day, state_code, municipality_key, city_key, lada, status, line_type, contacts)
select d.day, c.state_code, c.municipality_key, c.city_key, c.lada, c.status, c.line_type, -c.change
  from several s
  join spans d on d.begins < s.last and d.ends >= s.first
 cross join lateral read.contact_count_changes(d.begins, d.ends, s.ids) c
 where s.ids is not null
    on conflict (day, state_code, municipality_key, city_key, lada, status, line_type) do update set contacts = h.contacts + excluded.contacts;

-- Whoever had them all on one day changed the history of that day alone, by where it stands now. Who had them before the first day is in no day's.
with profiles as (
    delete from read.contact_profiles where id = any ($1)
),
states as (
    delete from read.contact_states where id = any ($1)
    returning id, state_code, municipality_key, city_key, lada, status, line_type
),
days as (
    select array_agg(day order by after_position) as day, array_agg(after_position order by after_position) as begins from read.contact_count_days
),
days_of as (
    select c.id, case when width_bucket(c.first - 1, d.begins) = width_bucket(c.last - 1, d.begins) then d.day[width_bucket(c.first - 1, d.begins)] end as day
      from days d, unnest($1, $2, $3) as c (id, first, last)
),
gone as materialized (
    select d.day, s.state_code, s.municipality_key, s.city_key, s.lada, s.status, s.line_type, count(*) as contacts
      from states s
      join days_of d using (id)
     group by d.day, s.state_code, s.municipality_key, s.city_key, s.lada, s.status, s.line_type
),
history as (
    insert into read.contact_count_history as h (day, state_code, municipality_key, city_key, lada, status, line_type, contacts)
    select day, state_code, municipality_key, city_key, lada, status, line_type, -contacts from gone where day is not null
        on conflict (day, state_code, municipality_key, city_key, lada, status, line_type) do update set contacts = h.contacts + excluded.contacts
)
update read.contact_counts c
   set contacts = c.contacts - s.contacts
  from (
    select state_code, municipality_key, city_key, lada, status, line_type, sum(contacts) as contacts from gone
     group by state_code, municipality_key, city_key, lada, status, line_type
  ) s
 where (c.state_code, c.municipality_key, c.city_key, c.lada, c.status, c.line_type)
     = (s.state_code, s.municipality_key, s.city_key, s.lada, s.status, s.line_type);

-- As after a page of contacts.sql.
delete from read.contact_counts where contacts = 0;

delete from read.contact_count_history where contacts = 0;

-- What could not be applied of them is gone too: a number that comes back is not to wait behind it.
delete from events.mt_doc_deadletterevent d
 using events.mt_events e
 where e.seq_id = (d.data->>'eventSequence')::bigint and e.stream_id = any ($1);
