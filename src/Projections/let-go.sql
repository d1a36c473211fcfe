-- Lets go of the lead, and says so, in one step. $1 projection, $2 key of its lock, $3 events a second
with told as (
    update projections.activity
       set pid = null, beaten_at = clock_timestamp(), rate = coalesce($3, rate)
     where name = $1 and pid = pg_backend_pid()
)
select pg_advisory_unlock(hashtextextended($2, 0))
