-- Contacts that an import had only changed, and that its rollback gives their former details.
alter table padron.import_rollbacks add column restored bigint not null default 0;
