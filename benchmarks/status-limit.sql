-- What PostgreSQL takes to put the status events with $1 < seq_id <= $2 into the rows of contacts that are there, each with one of them: the limit of
-- their projection. Nothing is compared, counted or kept.
update bench.updated s
   set carrier = case e.type when 'contact_verified' then e.data->>'carrier' else s.carrier end,
       verified_at = case e.type when 'contact_verified' then (e.data->>'verifiedAt')::timestamptz else s.verified_at end,
       not_mobile_at = case e.type when 'contact_verified' then null else s.not_mobile_at end,
       invalidated_at = case e.type when 'contact_verified' then null else s.invalidated_at end,
       extracted_at = case e.type when 'contact_extracted' then (e.data->>'extractedAt')::timestamptz else s.extracted_at end,
       extraction_id = case e.type when 'contact_extracted' then (e.data->>'extractionId')::uuid else s.extraction_id end,
       opted_out_at = case e.type when 'contact_opted_out' then (e.data->>'optedOutAt')::timestamptz else s.opted_out_at end,
       opt_out_method = case e.type when 'contact_opted_out' then e.data->>'method' else s.opt_out_method end,
       opt_out_user_id = case e.type when 'contact_opted_out' then e.data->>'recordedBy' else s.opt_out_user_id end,
       send_count = case e.type when 'contact_sent' then s.send_count + 1 else s.send_count end,
       last_sent_at = case e.type when 'contact_sent' then greatest(s.last_sent_at, (e.data->>'sentAt')::timestamptz) else s.last_sent_at end,
       version = e.version, updated_at = e.timestamp
  from events.mt_events e
 where e.seq_id > $1 and e.seq_id <= $2 and s.id = e.stream_id
