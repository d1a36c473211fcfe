-- Removes streams that have no event but those of one correlation, with their events; gives the ids of those removed. $1 streams, which the transaction
-- has locked, so that nobody can append to them; $2 the correlation.
with doomed as materialized (
    select stream_id as id from events.mt_events where stream_id = any ($1)
     group by stream_id
    having bool_and(correlation_id is not distinct from $2)
),
events as (
    delete from events.mt_events e using doomed d where e.stream_id = d.id
),
streams as (
    delete from events.mt_streams s using doomed d where s.id = d.id
)
select id from doomed
