-- Parked events in the order in which they are to be applied. $1 projection (null: all), $2 one of the stream's (null: any stream)
select p.projection, p.position, p.stream_id, p.version, p.type, p.error, p.tries, p.parked_at, p.failed_at
  from projections.parked_events p
 where ($1::text is null or p.projection = $1)
   and ($2::bigint is null or p.stream_id = (select stream_id from projections.parked_events where projection = $1 and position = $2))
 order by p.projection, p.position
