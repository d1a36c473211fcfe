-- Which streams have no event but those of one correlation. $1 streams, which the transaction has locked, so that nobody can append to them; $2 the
-- correlation. With the positions of their first and last events.
select stream_id, min(seq_id), max(seq_id) from events.mt_events where stream_id = any ($1)
 group by stream_id
having bool_and(correlation_id is not distinct from $2)
