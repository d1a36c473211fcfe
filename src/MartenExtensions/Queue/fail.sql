-- Ends attempts that failed: with a later try, or as dead letters after the last one. Returns each one's id and whether it is dead.
-- Whoever lost the lease meanwhile changes nothing.
-- $1 ids, $2 workers, $3 attempts, $4 errors, $5 most attempts, $6 first and $7 longest delay in seconds (one each a message);
-- $8 whether only leases that have run out are meant
with input as materialized (
    select *, jsonb_build_object('at', now(), 'attempt', attempt, 'worker', worker, 'error', error) as failure
      from unnest($1::uuid[], $2::text[], $3::integer[], $4::text[], $5::integer[], $6::float8[], $7::float8[])
           as i (id, worker, attempt, error, most, first_delay, longest_delay)
),
held as materialized (
    select m.id from queue.messages m join input i on m.id = i.id and m.leased_by = i.worker and m.attempts = i.attempt
     where not $8 or m.lease_until <= now()
     order by m.id for update of m /*busy*/
),
retried as (
    update queue.messages m
       set lease_until = null, leased_by = null, failures = m.failures || i.failure,
           -- Doubled each time; of that a random half, so that what failed together is not tried together.
           due_at = now() + make_interval(secs => least(i.longest_delay, i.first_delay * 2 ^ (i.attempt - 1)) * (0.5 + random() / 2))
      from input i join held h on h.id = i.id
     where m.id = i.id and i.attempt < i.most
    returning m.id
),
removed as (
    delete from queue.messages m using input i join held h on h.id = i.id
     where m.id = i.id and i.attempt >= i.most
    returning m.*, i.error, i.failure
),
buried as (
    insert into queue.dead_letters as d (id, kind, priority, body, attempts, error, failures, correlation_id, causation_id, user_name, created_at)
    select id, kind, priority, body, attempts, error, failures || failure, correlation_id, causation_id, user_name, created_at from removed
        on conflict (id) do update set failures = d.failures || excluded.failures, error = excluded.error, failed_at = now()
    returning id
)
select id, false from retried union all select id, true from buried
