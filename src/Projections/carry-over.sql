-- The release before Marten kept paused projections, and events that it could not apply, in a schema of its own. Of a stream the first such event becomes
-- Marten's dead letter; later ones wait behind it without being noted.
do $$
begin
    if to_regnamespace('projections') is null then
        return;
    end if;
    insert into daemon.holds (name, position, error, held_by, held_at) select name, position, error, held_by, held_at from projections.holds;
    insert into events.mt_doc_deadletterevent (id, data)
    select id, jsonb_build_object(
               'id', id, 'projectionName', projection, 'shardName', 'All', 'eventSequence', position, 'exceptionType', 'PostgresException',
               'exceptionMessage', error, 'timestamp', parked_at, 'tries', tries, 'failedAt', coalesce(failed_at, parked_at), 'tenantId', '*DEFAULT*')
      from (
        select distinct on (projection, stream_id) gen_random_uuid() as id, projection, stream_id, position, error, tries, parked_at, failed_at
          from projections.parked_events
         order by projection, stream_id, position
      ) first;
    drop schema projections cascade;
end
$$;
