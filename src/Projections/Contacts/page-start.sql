-- The day that begins with a page, if one does: page-end.sql has cut the page so that it is of one day. A day begins behind the position before its first
-- event, wherever the page does: so the size of the pages changes nothing.
with first as (
    select seq_id, (timestamp at time zone 'America/Mexico_City')::date as day
      from events.mt_events
     where seq_id > $1 and seq_id <= $2 and type like 'contact\_%'
     order by seq_id limit 1
)
insert into read.contact_count_days (day, after_position)
select f.day, f.seq_id - 1
  from first f
  left join (select day from read.contact_count_days order by after_position desc limit 1) b on true
 where b.day is null or f.day > b.day
    on conflict (day) do nothing
