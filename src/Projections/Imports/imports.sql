-- Imports and where they stand, over the events with $1 < seq_id <= $2.
insert into read.imports (id, file_name, file_sha256, rows, plan_version, status, started_by, started_at)
select stream_id, data->>'fileName', data->>'fileSha256', (data->>'rows')::bigint, data->>'planVersion', 'RUNNING', user_name,
       (data->>'startedAt')::timestamptz
  from events.mt_events
 where seq_id > $1 and seq_id <= $2 and type = 'import_started';

-- Where it stands is its last word; its tally is the last one told, for an import that goes on tells none.
update read.imports i
   set status = case e.type when 'import_resumed' then 'RUNNING' when 'import_interrupted' then 'INTERRUPTED' when 'import_completed' then 'COMPLETED'
                            when 'import_rollback_started' then 'ROLLING_BACK' else 'ROLLED_BACK' end,
       reason = e.data->>'reason',
       tally = coalesce(e.tally, i.tally),
       removed = coalesce((e.data->>'removed')::bigint, i.removed),
       withdrawn = coalesce((e.data->>'withdrawn')::bigint, i.withdrawn),
       ended_at = coalesce(e.data->>'completedAt', e.data->>'interruptedAt', e.data->>'rolledBackAt')::timestamptz
  from (
    select stream_id,
           (array_agg(type order by version desc))[1] as type,
           (array_agg(data order by version desc))[1] as data,
           (array_agg(data->'tally' order by version desc) filter (where data->'tally' is not null))[1] as tally
      from events.mt_events
     where seq_id > $1 and seq_id <= $2 and type in ('import_resumed', 'import_interrupted', 'import_completed', 'import_rollback_started', 'import_rolled_back')
     group by stream_id
  ) e
 where i.id = e.stream_id;

-- Of its validations the last counts.
update read.imports i
   set validation = e.data
  from (
    select distinct on (stream_id) stream_id, data
      from events.mt_events
     where seq_id > $1 and seq_id <= $2 and type = 'import_validated'
     order by stream_id, version desc
  ) e
 where i.id = e.stream_id;

-- Nothing follows when it was given up, and of what it had brought nothing is left.
update read.imports i
   set status = 'ABANDONED', reason = null, tally = null, ended_at = (e.data->>'abandonedAt')::timestamptz
  from events.mt_events e
 where e.seq_id > $1 and e.seq_id <= $2 and e.type = 'import_abandoned' and i.id = e.stream_id;
