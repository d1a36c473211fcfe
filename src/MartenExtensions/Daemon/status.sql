-- Where each projection stands, by the server's clock. It stands still since it last moved or, if that is later, since the first event came that it has not
-- applied. $1 names, $2 names of their progressions, $3 keys of their locks, $4 the positions they aim for, $5 how long a silence is
with leaders as materialized (
    select (l.classid::bigint << 32) | l.objid::bigint as key, a.application_name as process
      from pg_locks l
      join pg_stat_activity a on a.pid = l.pid
     where l.granted and l.locktype = 'advisory' and l.objsubid = 1 and l.database = (select oid from pg_database where datname = current_database())
),
mark as (
    select last_updated as moved_at, first.timestamp as waits_since
      from events.mt_event_progression m
      left join lateral (select timestamp from events.mt_events where seq_id > m.last_seq_id order by seq_id limit 1) first on true
     where m.name = 'HighWaterMark'
),
letters as materialized (
    select (d.data->>'projectionName') || ':' || (d.data->>'shardName') as progression, e.stream_id, e.seq_id as position
      from events.mt_doc_deadletterevent d
      join events.mt_events e on e.seq_id = (d.data->>'eventSequence')::bigint
)
select n.name, coalesce(p.last_seq_id, 0), p.last_updated,
       extract(epoch from clock_timestamp() - first.timestamp)::float8,
       extract(epoch from clock_timestamp() - greatest(first.timestamp, case when first.timestamp is not null then p.last_updated end))::float8,
       a.rate, a.error, a.failed_at, l.process, s.led_at,
       l.process is not null and coalesce(r.beaten_at >= clock_timestamp() - $5::interval, true),
       h.name is not null, h.position, h.error, h.held_by, h.held_at,
       (select count(*) from letters where progression = n.progression),
       (select count(*)
          from letters
         cross join lateral (select seq_id from events.mt_events where stream_id = letters.stream_id and seq_id > letters.position offset 0) e
         where progression = n.progression and e.seq_id <= p.last_seq_id),
       extract(epoch from clock_timestamp() - mark.moved_at)::float8,
       extract(epoch from clock_timestamp() - greatest(mark.waits_since, case when mark.waits_since is not null then mark.moved_at end))::float8
  from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) with ordinality as n (name, progression, key, target, ordinal)
  left join mark on true
  left join events.mt_event_progression p on p.name = n.progression
  left join lateral (
    select timestamp from events.mt_events where seq_id > coalesce(p.last_seq_id, 0) and seq_id <= n.target order by seq_id limit 1) first on true
  left join leaders l on l.key = n.key
  left join daemon.leaders s on s.name = n.progression and s.process = l.process
  left join daemon.processes r on r.name = l.process
  left join daemon.activity a on a.name = n.name
  left join daemon.holds h on h.name = n.name
 order by n.ordinal
