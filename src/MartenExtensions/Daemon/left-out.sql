-- The positions of a page that belong to streams with a dead letter of the projection: the letter's event and those behind it.
-- $1 progression, $2 exclusive floor, $3 inclusive ceiling
with letters as materialized (
    select e.stream_id, e.seq_id as position
      from events.mt_doc_deadletterevent d
      join events.mt_events e on e.seq_id = (d.data->>'eventSequence')::bigint
     where (d.data->>'projectionName') || ':' || (d.data->>'shardName') = $1
)
select e.seq_id
  from letters l
 cross join lateral (
    select seq_id from events.mt_events where stream_id = l.stream_id and seq_id >= l.position offset 0) e -- by its stream's index
 where e.seq_id > $2 and e.seq_id <= $3
 order by e.seq_id
