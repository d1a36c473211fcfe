-- Gives back messages that were taken and never begun, so that others take them at once.
-- $1 ids, $2 attempts (one each a message); $3 worker
update queue.messages m
   set lease_until = null, leased_by = null, attempts = m.attempts - 1
  from unnest($1::uuid[], $2::integer[]) as i (id, attempt)
 where m.id = i.id and m.attempts = i.attempt and m.leased_by = $3
