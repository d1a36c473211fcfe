-- Notes which projections a process has begun to lead. $1 process, $2 names of the projections' progressions, $3 keys of their locks
with led as (
    select distinct n.name
      from unnest($2::text[], $3::bigint[]) as n (name, key)
      join pg_locks l on l.granted and l.locktype = 'advisory' and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::bigint << 32) | l.objid::bigint = n.key
      join pg_stat_activity a on a.pid = l.pid and a.application_name = $1
)
insert into daemon.leaders as d (name, process, led_at) select name, $1, clock_timestamp() from led
    on conflict (name) do update set process = excluded.process, led_at = excluded.led_at where d.process <> excluded.process
