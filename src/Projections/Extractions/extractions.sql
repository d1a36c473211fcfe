-- Extractions and where they stand, over the events with $1 < seq_id <= $2.
insert into read.extractions (id, selection, amount, format, status, requested_by, requested_at)
select stream_id, data->'selection', (data->>'amount')::integer, data->>'format', 'REQUESTED', data->>'requestedBy',
       (data->>'requestedAt')::timestamptz
  from events.mt_events
 where seq_id > $1 and seq_id <= $2 and type = 'extraction_requested';

-- Each kind of fact happens once to an extraction; its status is the last of them.
update read.extractions x
   set status = case e.last when 'extraction_claimed' then 'CLAIMED' when 'extraction_delivery_started' then 'DELIVERING'
                            when 'extraction_delivered' then 'DELIVERED' when 'extraction_cancelled' then 'CANCELLED' else 'FAILED' end,
       reason = coalesce(e.failed->>'reason', x.reason),
       obtained = coalesce((e.claimed->>'obtained')::integer, x.obtained),
       file_name = coalesce(e.delivered->>'fileName', x.file_name),
       file_bytes = coalesce((e.delivered->>'bytes')::bigint, x.file_bytes),
       file_sha256 = coalesce(e.delivered->>'sha256', x.file_sha256),
       ended_at = coalesce(coalesce(e.delivered->>'deliveredAt', e.failed->>'failedAt', e.cancelled->>'cancelledAt')::timestamptz, x.ended_at)
  from (
    select stream_id,
           (array_agg(type order by version desc))[1] as last,
           (array_agg(data) filter (where type = 'extraction_claimed'))[1] as claimed,
           (array_agg(data) filter (where type = 'extraction_delivered'))[1] as delivered,
           (array_agg(data) filter (where type = 'extraction_failed'))[1] as failed,
           (array_agg(data) filter (where type = 'extraction_cancelled'))[1] as cancelled
      from events.mt_events
     where seq_id > $1 and seq_id <= $2
       and type in ('extraction_claimed', 'extraction_delivery_started', 'extraction_delivered', 'extraction_failed', 'extraction_cancelled')
     group by stream_id
  ) e
 where x.id = e.stream_id;
