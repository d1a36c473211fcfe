-- Renews leases, and returns those still held. One that its own acknowledgement has locked this moment is held, and needs no renewal.
-- $1 ids, $2 attempts (one each a message); $3 worker, $4 lease in seconds
with held as materialized (
    select m.id from queue.messages m join unnest($1::uuid[], $2::integer[]) as i (id, attempt) on m.id = i.id and m.attempts = i.attempt
     where m.leased_by = $3
),
locked as materialized (
    select id from queue.messages where id in (select id from held) and leased_by = $3 for update skip locked
),
renewed as (
    update queue.messages m set lease_until = now() + make_interval(secs => $4) from locked l where m.id = l.id
)
select id from held
