-- Puts dead letters back on the queue, with all attempts before them again and their history behind them.
-- $1 id (null: any), $2 kind (null: any)
with dead as (
    delete from queue.dead_letters where ($1::uuid is null or id = $1) and ($2::text is null or kind = $2)
    returning *
)
insert into queue.messages (id, kind, priority, due_at, body, failures, correlation_id, causation_id, user_name, created_at)
select id, kind, priority, now(), body, failures, correlation_id, causation_id, user_name, created_at from dead
    on conflict (id) do nothing
