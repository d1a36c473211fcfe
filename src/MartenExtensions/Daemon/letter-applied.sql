-- A letter's event is applied: the letter goes on to the next event of its stream that waits, untried, or away.
-- $1 letter, $2 its event's position, $3 where the projection stands
with next as materialized (
    select n.seq_id
      from events.mt_events e
      join events.mt_events n on n.stream_id = e.stream_id and n.seq_id > e.seq_id and n.seq_id <= $3
     where e.seq_id = $2
     order by n.seq_id limit 1
),
moved as (
    update events.mt_doc_deadletterevent
       set data = data || jsonb_build_object('eventSequence', next.seq_id, 'exceptionMessage', null, 'tries', 0), mt_last_modified = now()
      from next where id = $1
)
delete from events.mt_doc_deadletterevent where id = $1 and not exists (select from next)
