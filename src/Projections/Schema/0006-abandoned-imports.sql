-- An import that was given up before its end says so. An index of its own, as for validations: such imports are no more than a handful.
comment on column read.imports.status is 'RUNNING, INTERRUPTED, COMPLETED, ABANDONED, ROLLING_BACK, ROLLED_BACK, DRY_RUN, FAILED';
create index mt_events_of_abandonments on events.mt_events (seq_id) where type = 'import_abandoned';
