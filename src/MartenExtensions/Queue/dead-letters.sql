-- A page of dead letters, the latest first.
-- $1 kind (null: any), $2 and $3 failed_at and id of the last one of the page before (null: from the start), $4 how many
select id, kind, body::text, attempts, error, failures::text, user_name, correlation_id, causation_id, created_at, failed_at
  from queue.dead_letters
 where ($1::text is null or kind = $1)
   and ($2::timestamptz is null or (failed_at, id) < ($2, $3::uuid))
 order by failed_at desc, id desc
 limit $4
