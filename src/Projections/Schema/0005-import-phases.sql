-- What each phase of an import found, by phase, as its event tells it.
alter table read.imports add column phases jsonb not null default '{}';
comment on column read.imports.status is 'RUNNING, INTERRUPTED, COMPLETED, ROLLING_BACK, ROLLED_BACK, DRY_RUN, FAILED';
create index mt_events_of_phases on events.mt_events (seq_id) where type in (
    'import_prepared', 'import_sampled', 'import_estimated', 'import_load_started', 'import_tuned', 'import_increment_saved', 'import_failed', 'import_finished');

-- Two of them say where the import stands, as those of work do: the index must know them, or the projections would scan the bulk for them.
drop index events.mt_events_of_work;
create index mt_events_of_work on events.mt_events (seq_id) where type in (
    'import_started', 'import_resumed', 'import_interrupted', 'import_completed', 'import_rollback_started', 'import_rolled_back', 'import_estimated', 'import_failed',
    'extraction_requested', 'extraction_claimed', 'extraction_delivery_started', 'extraction_delivered', 'extraction_failed', 'extraction_cancelled');
