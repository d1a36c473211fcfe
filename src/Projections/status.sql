-- Where each projection stands, by the server's clock. It stands still since it last moved or, if that is later, since the first event came that it has not
-- applied. $1 names, $2 names of their progressions, $3 the positions they aim for, $4 keys of their locks, $5 how long a silence is, $6 progression of the mark
with locks as materialized (
    select (classid::bigint << 32) | objid::bigint as key, pid
      from pg_locks
     where granted and locktype = 'advisory' and objsubid = 1 and database = (select oid from pg_database where datname = current_database())
),
sessions as materialized (
    select pid, backend_start from pg_stat_activity
),
mark as (
    select last_updated as moved_at, first.timestamp as waits_since
      from events.mt_event_progression m
      left join lateral (select timestamp from events.mt_events where seq_id > m.last_seq_id order by seq_id limit 1) first on true
     where m.name = $6
)
select n.name, coalesce(p.last_seq_id, 0), p.last_updated,
       extract(epoch from clock_timestamp() - first.timestamp)::float8,
       extract(epoch from clock_timestamp() - greatest(first.timestamp, case when first.timestamp is not null then p.last_updated end))::float8,
       a.rate, a.error, a.failed_at,
       case when s.pid is not null then a.process end, case when s.pid is not null then a.led_at end,
       exists (select from locks where key = hashtextextended(n.lock, 0) and (pid is distinct from s.pid or a.beaten_at >= clock_timestamp() - $5::interval)),
       h.name is not null, h.position, h.error, h.held_by, h.held_at,
       (select count(*) from projections.parked_events where projection = n.name and error is not null),
       (select count(*) from projections.parked_events where projection = n.name and error is null),
       extract(epoch from clock_timestamp() - mark.moved_at)::float8,
       extract(epoch from clock_timestamp() - greatest(mark.waits_since, case when mark.waits_since is not null then mark.moved_at end))::float8
  from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) with ordinality as n (name, progression, target, lock, ordinal)
  left join mark on true
  left join events.mt_event_progression p on p.name = n.progression
  left join lateral (
    select timestamp from events.mt_events where seq_id > coalesce(p.last_seq_id, 0) and seq_id <= n.target order by seq_id limit 1) first on true
  left join projections.activity a on a.name = n.name
  left join sessions s on s.pid = a.pid and s.backend_start = a.backend_start
        and exists (select from locks where locks.pid = s.pid and key = hashtextextended(n.lock, 0))
  left join projections.holds h on h.name = n.name
 order by n.ordinal
