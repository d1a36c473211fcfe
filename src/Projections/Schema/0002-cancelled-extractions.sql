-- read.extractions.status may now be CANCELLED too. The index must know the event, or the projections of imports and extractions
-- would scan the bulk of contact events for it.
drop index events.mt_events_of_work;
create index mt_events_of_work on events.mt_events (seq_id) where type in (
    'import_started', 'import_resumed', 'import_interrupted', 'import_completed',
    'extraction_requested', 'extraction_claimed', 'extraction_delivery_started', 'extraction_delivered', 'extraction_failed', 'extraction_cancelled');
comment on column read.extractions.status is 'REQUESTED, CLAIMED, DELIVERING, DELIVERED, FAILED, CANCELLED';
