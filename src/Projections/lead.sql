-- Takes the lead, if nobody has it, and says so in one step: a process may be frozen between two. $1 projection, $2 key of its lock, $3 process
with lead as materialized (
    select pg_try_advisory_lock(hashtextextended($2, 0)) as is_taken
)
insert into projections.activity as a (name, pid, backend_start, process, led_at, beaten_at)
select $1, pid, backend_start, $3, clock_timestamp(), clock_timestamp() from pg_stat_activity cross join lead where pid = pg_backend_pid() and is_taken
    on conflict (name) do update set
    pid = excluded.pid, backend_start = excluded.backend_start, process = excluded.process, led_at = excluded.led_at, beaten_at = excluded.beaten_at
returning backend_start
