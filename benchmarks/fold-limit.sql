-- What PostgreSQL takes to make contact rows of the events with $1 < seq_id <= $2 when nothing is there yet, nothing is looked up and nothing
-- is counted: the limit of a projection of fresh imports.
insert into bench.folded
select i.stream_id, substr(i.data->>'phone', 2)::bigint, i.data->>'lada', coalesce(i.data->'details'->>'stateCode', ''),
       coalesce(read.place_key(i.data->'details'->>'municipality'), ''), coalesce(read.place_key(i.data->'details'->>'city'), ''),
       l.data->>'carrier', (l.data->>'verifiedAt')::timestamptz, (l.data->>'observedAt')::timestamptz, (l.data->>'invalidatedAt')::timestamptz,
       coalesce(l.version, i.version), i.timestamp, coalesce(l.timestamp, i.timestamp),
       i.data->'details'->>'phoneOriginal', i.data->'details'->>'fullName', i.data->'details'->>'address', i.data->'details'->>'neighborhood',
       i.data->'details'->>'municipality', i.data->'details'->>'city', (i.data->>'ladaInferred')::boolean, (i.data->>'importId')::uuid,
       (i.data->>'sourceRow')::bigint, (i.data->'details'->>'migratedAt')::timestamptz
  from events.mt_events i
  left join events.mt_events l on l.stream_id = i.stream_id and l.version = i.version + 1 and l.seq_id > $1 and l.seq_id <= $2
 where i.seq_id > $1 and i.seq_id <= $2 and i.type = 'contact_imported'
