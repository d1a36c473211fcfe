-- Where the page that begins behind $1 ends: at $2, or before it where the next day begins, so that a page's changes are of one day.
with first as (
    select seq_id, (timestamp at time zone 'America/Mexico_City')::date as day
      from events.mt_events
     where seq_id > $1 and seq_id <= $2 and type like 'contact\_%'
     order by seq_id limit 1
),
-- Later than the day before, or still that one.
today as materialized (
    select greatest(f.day, b.day) as day
      from first f
      left join (select day from read.contact_count_days order by after_position desc limit 1) b on true
)
-- Against its midnight, which is told once: to tell the day of every event takes as long as folding some of them.
select coalesce((
    select min(seq_id) - 1
      from events.mt_events
     where seq_id > $1 and seq_id <= $2
       and timestamp >= (select (day + 1)::timestamp at time zone 'America/Mexico_City' from today) and type like 'contact\_%'), $2)
