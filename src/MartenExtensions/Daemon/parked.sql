-- Dead letters of projections and the events that wait behind them, in the order in which they are to be applied. Marten writes a letter without 'tries' and
-- 'failedAt', which a retry adds. $1 progression (null: all)
with letters as materialized (
    select data->>'projectionName' as projection, (data->>'projectionName') || ':' || (data->>'shardName') as progression,
           (data->>'eventSequence')::bigint as position, data->>'exceptionMessage' as error, coalesce((data->>'tries')::integer, 1) as tries,
           (data->>'timestamp')::timestamptz as parked_at, coalesce(data->>'failedAt', data->>'timestamp')::timestamptz as failed_at
      from events.mt_doc_deadletterevent
)
select l.projection, e.seq_id, e.stream_id, e.version, e.type,
       case when e.seq_id = l.position then l.error end,
       case when e.seq_id = l.position then l.tries else 0 end,
       greatest(l.parked_at, e.timestamp),
       case when e.seq_id = l.position and l.error is not null then l.failed_at end
  from letters l
  join events.mt_events dead on dead.seq_id = l.position
  join events.mt_event_progression p on p.name = l.progression
 cross join lateral (
    select * from events.mt_events where stream_id = dead.stream_id and seq_id >= l.position offset 0) e -- by its stream's index
 where ($1::text is null or l.progression = $1) and e.seq_id <= p.last_seq_id
 order by l.projection, e.seq_id
