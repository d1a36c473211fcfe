-- Parks an event that fails, unless as many streams are parked as may be. $1 projection, $2 its position, $3 error, $4 how many
insert into projections.parked_events (projection, position, stream_id, version, type, error, tries, failed_at)
select $1, seq_id, stream_id, version, type, $3, 1, now()
  from events.mt_events
 where seq_id = $2
   and (select count(distinct stream_id) from projections.parked_events where projection = $1) < $4
