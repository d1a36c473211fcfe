-- The counts of contacts that were loaded beside the live tables, and their history: what contacts.sql would have added up. All events of a load
-- have one timestamp, and no other contact has any.
with first as (
    select seq_id, (timestamp at time zone 'America/Mexico_City')::date as day from loading.mt_events order by seq_id limit 1
),
today as (
    select f.seq_id, greatest(f.day, (select max(day) from read.contact_count_days)) as day from first f
),
begun as (
    insert into read.contact_count_days (day, after_position) select day, seq_id - 1 from today
        on conflict (day) do nothing
),
loaded as materialized (
    select state_code, municipality_key, city_key, lada, status, line_type, count(*) as contacts
      from loading.contact_states
     group by state_code, municipality_key, city_key, lada, status, line_type
),
history as (
    insert into read.contact_count_history (day, state_code, municipality_key, city_key, lada, status, line_type, contacts)
    select t.day, l.* from today t cross join loaded l
)
insert into read.contact_counts (state_code, municipality_key, city_key, lada, status, line_type, contacts)
select * from loaded
