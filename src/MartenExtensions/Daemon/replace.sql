-- Ends the sessions by which silent processes lead or fold projections; their other sessions are none of this query's business. Processes that are long gone are
-- forgotten. $1 the process that asks, which never ends itself, $2 how long a silence is, $3 keys of the projections' locks
with forgotten as (
    delete from daemon.processes where name <> $1 and beaten_at < clock_timestamp() - interval '1 day'
)
select a.application_name, a.pid, pg_terminate_backend(a.pid)
  from daemon.processes p
  join pg_stat_activity a on a.application_name = p.name and a.datname = current_database()
 where p.name <> $1 and p.beaten_at < clock_timestamp() - $2::interval
   and exists (
    select from pg_locks l
     where l.pid = a.pid and l.granted and l.database = (select oid from pg_database where datname = current_database())
       and (l.locktype = 'advisory' and l.objsubid = 1 and (l.classid::bigint << 32) | l.objid::bigint = any ($3)
            or l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.relation = 'events.mt_event_progression'::regclass))
