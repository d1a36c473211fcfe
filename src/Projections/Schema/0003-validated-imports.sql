-- The last validation of an import, as its event tells it. An index of its own: the one of work would have to be made anew, and imports
-- that were validated are no more than a handful.
alter table read.imports add column validation jsonb;
create index mt_events_of_validations on events.mt_events (seq_id) where type = 'import_validated';
