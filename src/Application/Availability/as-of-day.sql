-- What is known of the end of the day $1, at the moment $2.
select (select min(after_position) from read.contact_count_days where day > $1) as ended_at,
       $1 < ($2::timestamptz at time zone 'America/Mexico_City')::date as is_past,
       p.position,
       (select max(seq_id) from events.mt_events) > p.position as is_behind,
       -- A register that was upgraded had contacts before its history of days begins. Their first event is near the beginning of all.
       not exists (select from read.contact_count_days where day <= $1)
       and coalesce((select seq_id from events.mt_events where type like 'contact\_%' order by seq_id limit 1)
                    <= coalesce((select min(after_position) from read.contact_count_days), p.position), false) as is_unknown
  from (select coalesce((select last_seq_id from events.mt_event_progression where name = $3), 0) as position) p
