-- Puts messages on the queue. An id that is queued, or dead and waiting for an operator, is left as it is.
-- $1 ids, $2 kinds, $3 priorities, $4 due times (null: now), $5 bodies (one each a message); $6 correlation id, $7 causation id, $8 user
insert into queue.messages (id, kind, priority, due_at, body, correlation_id, causation_id, user_name)
select i.id, i.kind, i.priority, coalesce(i.due_at, now()), i.body::jsonb, $6, $7, $8
  from unnest($1::uuid[], $2::text[], $3::smallint[], $4::timestamptz[], $5::text[]) as i (id, kind, priority, due_at, body)
 where not exists (select from queue.dead_letters d where d.id = i.id)
 order by i.id -- two batches with the same ids wait for each other in one order
    on conflict (id) do nothing
