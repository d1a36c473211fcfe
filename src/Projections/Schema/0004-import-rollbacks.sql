-- What a rollback took back of an import: contacts that are gone, and contacts that were withdrawn and keep events of their own.
alter table read.imports add column removed bigint;
alter table read.imports add column withdrawn bigint;
comment on column read.imports.status is 'RUNNING, INTERRUPTED, COMPLETED, ROLLING_BACK, ROLLED_BACK';

-- As ever, the index must know the events, or the projections of imports and extractions would scan the bulk of contact events for them.
drop index events.mt_events_of_work;
create index mt_events_of_work on events.mt_events (seq_id) where type in (
    'import_started', 'import_resumed', 'import_interrupted', 'import_completed', 'import_rollback_started', 'import_rolled_back',
    'extraction_requested', 'extraction_claimed', 'extraction_delivery_started', 'extraction_delivered', 'extraction_failed', 'extraction_cancelled');
