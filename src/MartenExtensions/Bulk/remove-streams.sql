-- Removes streams with their events. $1 the streams.
with events as (
    delete from events.mt_events where stream_id = any ($1)
)
delete from events.mt_streams where id = any ($1)
