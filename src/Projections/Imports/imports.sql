-- Imports and where they stand, over the events with $1 < seq_id <= $2.
insert into read.imports (id, file_name, file_sha256, rows, plan_version, status, started_by, started_at)
select stream_id, data->>'fileName', data->>'fileSha256', (data->>'rows')::bigint, data->>'planVersion', 'RUNNING', user_name,
       (data->>'startedAt')::timestamptz
  from events.mt_events
 where seq_id > $1 and seq_id <= $2 and type = 'import_started';

-- Where it stands is its last word; its tally is the last one told, for an import that goes on tells none.
update read.imports i
   set status = case e.type when 'import_resumed' then 'RUNNING' when 'import_interrupted' then 'INTERRUPTED' when 'import_completed' then 'COMPLETED'
                            when 'import_rollback_started' then 'ROLLING_BACK' when 'import_rolled_back' then 'ROLLED_BACK'
                            when 'import_estimated' then 'DRY_RUN' else 'FAILED' end,
       reason = case e.type when 'import_rolled_back' then coalesce(e.rollback_reason, case i.status when 'ROLLING_BACK' then i.reason end) else e.data->>'reason' end,
       tally = coalesce(e.tally, i.tally),
       removed = coalesce((e.data->>'removed')::bigint, i.removed),
       withdrawn = coalesce((e.data->>'withdrawn')::bigint, i.withdrawn),
       ended_at = coalesce(e.data->>'completedAt', e.data->>'interruptedAt', e.data->>'rolledBackAt', e.data->>'estimatedAt', e.data->>'failedAt')::timestamptz
  from (
    select stream_id,
           (array_agg(type order by version desc))[1] as type,
           (array_agg(data order by version desc))[1] as data,
           (array_agg(data->'tally' order by version desc) filter (where data->'tally' is not null))[1] as tally,
           max(data->>'reason') filter (where type = 'import_rollback_started') as rollback_reason
      from events.mt_events
     where seq_id > $1 and seq_id <= $2
       and type in ('import_resumed', 'import_interrupted', 'import_completed', 'import_rollback_started', 'import_rolled_back', 'import_estimated', 'import_failed')
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

-- What each phase found, under its name; of a phase that came twice, the last.
update read.imports i
   set phases = i.phases || e.phases
  from (
    select stream_id, jsonb_object_agg(phase, data) as phases
      from (
        select distinct on (stream_id, type) stream_id, data,
               case type when 'import_prepared' then 'prepared' when 'import_sampled' then 'sampled' when 'import_estimated' then 'estimated'
                         when 'import_load_started' then 'loadStarted' when 'import_tuned' then 'tuned' when 'import_increment_saved' then 'incrementSaved'
                         when 'import_failed' then 'failed' else 'finished' end as phase
          from events.mt_events
         where seq_id > $1 and seq_id <= $2 and type in (
            'import_prepared', 'import_sampled', 'import_estimated', 'import_load_started', 'import_tuned', 'import_increment_saved', 'import_failed', 'import_finished')
         order by stream_id, type, version desc
      ) p
     group by stream_id
  ) e
 where i.id = e.stream_id;
