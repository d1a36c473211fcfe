-- Ends the session of a leader whose process gives no sign of life; it must hold the lock, and be the very session that beat. Who holds the lock without
-- beating (a load, a rollback) is none of this query's business. $1 projection, $2 key of its lock, $3 how long a silence is
select pg_terminate_backend(a.pid)
  from projections.activity a
  join pg_stat_activity s on s.pid = a.pid and s.backend_start = a.backend_start
 where a.name = $1 and a.beaten_at < clock_timestamp() - $3::interval
   and exists (
    select from pg_locks l
     where l.pid = a.pid and l.granted and l.locktype = 'advisory' and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended($2, 0))
