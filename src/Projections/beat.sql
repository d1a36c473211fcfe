-- A sign of life of the leader whose session this is. $1 projection, $2 pid, $3 start of its session, $4 events a second
update projections.activity
   set beaten_at = clock_timestamp(), rate = coalesce($4, rate)
 where name = $1 and pid = $2 and backend_start = $3
