-- Segments that were removed, over the events with $1 < seq_id <= $2; one that was defined again after that comes back below.
delete from read.segments s
 using events.mt_events e
 where e.seq_id > $1 and e.seq_id <= $2 and e.type = 'segment_removed' and s.id = e.stream_id;

-- The others, by their last word. Whatever came before a removal counts no more.
with page as materialized (
    select stream_id, version, type, data
      from events.mt_events
     where seq_id > $1 and seq_id <= $2 and type in ('segment_defined', 'segment_changed', 'segment_removed')
),
last_word as (
    select distinct on (stream_id) stream_id, version, type, data from page order by stream_id, version desc
),
defined as (
    select distinct on (stream_id) stream_id, data from page where type = 'segment_defined' order by stream_id, version desc
),
changed as (
    update read.segments s
       set filter = l.data->'filter', changed_by = l.data->>'changedBy', changed_at = (l.data->>'changedAt')::timestamptz
      from last_word l
     where s.id = l.stream_id and l.type = 'segment_changed' and not exists (select from defined d where d.stream_id = l.stream_id)
)
insert into read.segments (id, name, filter, defined_by, defined_at, changed_by, changed_at)
select l.stream_id, d.data->>'name', l.data->'filter', d.data->>'definedBy', (d.data->>'definedAt')::timestamptz,
       l.data->>'changedBy', (l.data->>'changedAt')::timestamptz
  from last_word l join defined d using (stream_id)
 where l.type <> 'segment_removed';
